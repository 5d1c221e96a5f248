"""Grids → `Form`: Annex 1 by its labels.

parse       the form, from the values of its labels
places      labels on a sheet, and the cell that holds the value of each
tables      the economic figures and the team list
opinions    opinions with signature and date
"""

from xlpy.forms.parse import parse_form

__all__ = ["parse_form"]
