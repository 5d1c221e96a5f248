"""Odd files that packages ship in their source distributions, fetched by pip into a folder outside the repository."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

PACKAGES = (
    "agate-excel==0.4.2",
    "csvkit==2.2.0",
    "ezodf==0.3.2",
    "odfpy==1.4.1",
    "olefile==0.47",
    "oletools==0.60.2",
    "petl==1.7.30",
    "pyexcel==0.7.6",
    "pyexcel-ods3==0.6.1",
    "pyexcel-xls==0.7.1",
    "pyexcel-xlsx==0.6.1",
    "python-docx==1.2.0",
    "python-pptx==1.0.2",
    "tablib==3.10.0",
    "xlrd==1.2.0",
    "xlutils==2.0.0",
    "xlwt==1.3.0",
)
"""Those whose source distribution holds spreadsheets or Word files. XlsxWriter, pandas, openpyxl and python-calamine
leave theirs out of it; a clone of their repositories can be given with --also."""

SUFFIXES = frozenset(
    [
        ".xlsx",
        ".xlsm",
        ".xlsb",
        ".xls",
        ".xlt",
        ".xltx",
        ".xltm",
        ".xlam",
        ".ods",
        ".fods",
        ".odt",
        ".ott",
        ".docx",
        ".docm",
        ".dotx",
        ".dotm",
        ".doc",
        ".dot",
        ".rtf",
        ".csv",
        ".tsv",
        ".html",
        ".htm",
        ".mht",
        ".xml",
        ".zip",
        ".ppt",
        ".pptx",
        ".bin",
    ]
)
_LARGEST = 80 * 2**20


def shipped(cache: Path) -> Iterator[Path]:
    """The files, each content once, named after their package. What cannot be fetched is told and left out."""
    seen: set[bytes] = set()
    for package in PACKAGES:
        archive = _fetched(package, cache)
        if archive is None:
            print(f"not fetched: {package}", file=sys.stderr)
            continue
        for name, data in _members(archive):
            if (digest := hashlib.sha256(data).digest()) in seen:
                continue
            seen.add(digest)
            # numbered, so that no name of an archive is ever a path here
            out = cache / "files" / f"{package.partition('==')[0]}-{len(seen):04}-{_plain(name)}"
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(data)
            yield out


def below(folder: Path) -> list[Path]:
    """The odd files of a folder of one's own."""
    return sorted(p for p in folder.rglob("*") if p.suffix.casefold() in SUFFIXES and p.is_file())


def _fetched(package: str, cache: Path) -> Path | None:
    name, _, version = package.partition("==")
    sources = cache / "sources" / package
    if not any(sources.glob("*")):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", name, "--dest"]
        done = subprocess.run([*pip, str(sources), f"{name}=={version}"], capture_output=True, timeout=300)
        if done.returncode:
            return None
    return next(iter(sorted(sources.glob("*"))), None)


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    data = archive.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for info in package.infolist():
                if Path(info.filename).suffix.casefold() in SUFFIXES and info.file_size <= _LARGEST:
                    yield info.filename, package.read(info)
        return
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        for member in package:
            if member.isfile() and Path(member.name).suffix.casefold() in SUFFIXES and member.size <= _LARGEST:
                found = package.extractfile(member)
                if found:
                    yield member.name, found.read()


def _plain(name: str) -> str:
    base = Path(name).name
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in base)[-80:]
