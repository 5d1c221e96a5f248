"""The add-in on a user's PC: put in place, removed, examined. It is built by `xlpy.authoring.addin_book`.

Nothing here needs administrator rights, and nothing needs Excel to be running.
"""
