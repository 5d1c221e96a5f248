"""One human-typed cell → its meaning, or the reason why it has none. Nothing is guessed: one possible reading or none.

A reader never raises, whatever the cell holds. It returns a `Reading`: blank and "none" (/ 无 —) are no problem and no
value; what has no reading, or two, has a `problem` that shows what was seen, what was expected and what to type.

>>> amount("1，234.5万元").value
Decimal('1234.5')
>>> amount("约500").problem
'写的是“约500”，不是确切的数；请填确切的万元数，如 500'
"""

from xlpy.cells.amounts import amount
from xlpy.cells.contacts import person, phone
from xlpy.cells.credit import credit_code
from xlpy.cells.dates import Month, day, month, years
from xlpy.cells.numbers import count
from xlpy.cells.reading import Reading, show
from xlpy.cells.texts import name_key, text

__all__ = [
    "Month",
    "Reading",
    "amount",
    "count",
    "credit_code",
    "day",
    "month",
    "name_key",
    "person",
    "phone",
    "show",
    "text",
    "years",
]
