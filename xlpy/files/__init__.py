"""A file on disk → a `Snapshot` of grids. The only package that opens what strangers send."""
