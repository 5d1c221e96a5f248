"""The container of .xls, .doc and encrypted files (MS-CFB), read strictly: every chain of sectors must be sound.

Readers written in other languages loop or allocate without bound on crafted chains; what passes here does neither.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from xlpy.files.source import Source

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END: Final = 0xFFFFFFFE
_LAST_SECTOR: Final = 0xFFFFFFF9
_HEADER_FATS: Final = 109
_ENTRY: Final = 128
_MINI: Final = 64
_MINI_LIMIT: Final = 4096  # shorter streams live in the mini stream
_MAX_MINI_FATS: Final = 4096


class Entry(NamedTuple):
    """A directory entry: name, first sector, length in bytes."""

    name: str
    start: int
    size: int


class Compound:
    """Streams of `source`, which must start with `MAGIC`. Raises UnreadableFile on any unsound chain."""

    def __init__(self, source: Source) -> None:
        self._source = source
        data = source.data
        if len(data) < 512:
            raise source.unreadable()
        self._size = 1 << int.from_bytes(data[30:32], "little") if data[30:32] in (b"\x09\x00", b"\x0c\x00") else 0
        if not self._size or data[32:34] != b"\x06\x00":
            raise source.unreadable()
        self._count = -(-len(data) // self._size) - 1
        fat_count, directory = struct.unpack_from("<II", data, 44)
        mini_start, mini_count, difat_start = struct.unpack_from("<III", data, 60)
        if fat_count > self._count or mini_count > min(self._count, _MAX_MINI_FATS):
            raise source.unreadable()
        self._fat = self._read_fat(difat_start)
        listing = b"".join(self._sector(s) for s in self._chain(directory, self._fat))
        entries = [_entry(listing[i : i + _ENTRY], self._size) for i in range(0, len(listing), _ENTRY)]
        if not entries:
            raise source.unreadable()
        self.entries = {e.name: e for e in reversed(entries) if e.name}
        self._mini_fat: tuple[int, ...] = ()
        self._mini_stream = b""
        if mini_count:
            self._mini_stream = b"".join(self._sector(s) for s in self._chain(entries[0].start, self._fat))
            self._mini_fat = _integers(b"".join(self._sector(s) for s in self._chain(mini_start, self._fat)))

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def read(self, name: str) -> bytes:
        """A stream's bytes; UnreadableFile where its chain is unsound or shorter than its length."""
        _, start, size = self.entries[name]
        if size > len(self._source.data):
            raise self._source.unreadable()
        if size < _MINI_LIMIT:
            mini, sectors = self._mini_stream, self._chain(start, self._mini_fat, -(-size // _MINI))
            data = b"".join(mini[s * _MINI : (s + 1) * _MINI] for s in sectors)
        else:
            data = b"".join(self._sector(s) for s in self._chain(start, self._fat, -(-size // self._size)))
        if len(data) < size:
            raise self._source.unreadable()
        return data[:size]

    def _read_fat(self, difat: int) -> tuple[int, ...]:
        ids = list(struct.unpack_from(f"<{_HEADER_FATS}I", self._source.data, 76))
        seen = 0
        while difat <= _LAST_SECTOR:
            seen += 1
            more = _integers(self._sector(difat))
            if seen > self._count or not more:
                raise self._source.unreadable()
            ids += more[:-1]
            difat = more[-1]
        used = [i for i in ids if i <= _LAST_SECTOR]
        if len(used) > self._count:
            raise self._source.unreadable()
        return _integers(b"".join(self._sector(i) for i in used))

    def _sector(self, number: int) -> bytes:
        if number >= self._count:
            raise self._source.unreadable()
        return self._source.data[(number + 1) * self._size : (number + 2) * self._size]

    def _chain(self, sector: int, fat: tuple[int, ...], most: int | None = None) -> list[int]:
        """The sectors from `sector` on, at most `most`: what follows the end of a stream is nobody's concern."""
        chain: list[int] = []
        while sector != _END and (most is None or len(chain) < most):
            if sector >= len(fat) or len(chain) > len(fat):
                raise self._source.unreadable()
            chain.append(sector)
            sector = fat[sector]
        return chain


def _integers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _entry(data: bytes, sector_size: int) -> Entry:
    name = data[:64].decode("utf-16-le", "replace").split("\0", 1)[0]
    start = int.from_bytes(data[116:120], "little")
    size = int.from_bytes(data[120:124] if sector_size == 512 else data[120:128], "little")
    return Entry(name, start, size)
