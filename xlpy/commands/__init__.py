"""The commands: a snapshot of the workbook in, `Report` and `Patch` out. Pure: no file, no Excel, no clock."""
