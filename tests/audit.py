"""What openxml-audit, which judges whether Excel would repair a file, says of one."""

from __future__ import annotations

from pathlib import Path

# Reported on openpyxl's output although Excel and the standard have nothing against it.
FALSE_ALARMS = (
    "Unexpected element 'color' found",  # openpyxl orders the children of <font> as Excel reads them, not as the schema
    "Unexpected element 'b' found",  # likewise
    "inline-string cell(s)",  # allowed by the standard; Excel moves them to shared strings at its next save
)


def findings(path: Path) -> list[str]:
    """What Excel would repair, the false alarms left out."""
    from openxml_audit import OpenXmlValidator

    found = [str(error) for error in OpenXmlValidator(max_errors=10_000).validate(str(path)).errors]
    return [line for line in found if not any(alarm in line for alarm in FALSE_ALARMS)]
