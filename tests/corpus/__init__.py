"""Every reader on every odd file, and every edit undone: `python -m tests.corpus` prints the measured table.

shipped  what packages ship in their source distributions        made   what nobody sends but somebody could
trial    one file in a child process with limits                 edits  one workbook edited, compared and undone
"""
