"""The container of .xls and .doc is read strictly: each damage below is refused by a check of its own, and at once.

Every test fails without that check. Some of the damages only take memory or time in the readers that come after
(calamine sets aside what a header claims), so what counts here is that `Compound` itself says no.
"""

import struct
from collections.abc import Callable

import pytest

from tests.received import compound
from xlpy.errors import UnreadableFile
from xlpy.files.ole import Compound
from xlpy.files.source import Source

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
SHIFT, MINI_SHIFT, FAT_COUNT, DIRECTORY, MINI_START, MINI_COUNT, DIFAT, FAT_IDS = 30, 32, 44, 48, 60, 64, 68, 76
FAT, LISTING = 512, 1024
ROOT_START, STREAM_START, STREAM_SIZE = LISTING + 116, LISTING + 128 + 116, LISTING + 128 + 120
CONTENT = bytes(range(256)) * 16


def sound() -> bytearray:
    """Sector 0 holds the table of sectors, 1 the directory, 2 to 9 the stream."""
    return bytearray(compound("Workbook", stream=CONTENT))


def opened(data: bytes) -> Compound:
    return Compound(Source("表.xls", bytes(data)))


def put(data: bytearray, offset: int, number: int) -> None:
    data[offset : offset + 4] = struct.pack("<I", number)


def follow(data: bytearray, sector: int, by: int) -> None:
    put(data, FAT + 4 * sector, by)


def of_sectors_twice_as_large(data: bytearray) -> None:
    """Sound in every other way."""
    parts = [data[:512], data[FAT : FAT + 512], data[LISTING : LISTING + 512]]
    data[:] = b"".join(part.ljust(1024, b"\xff" if n == 1 else b"\0") for n, part in enumerate(parts))
    data[SHIFT] = 10


def of_many_tables(data: bytearray) -> None:
    """One sector named over and over: with more of them, a small file would make a table of gigabytes."""
    for n in range(109):
        put(data, FAT_IDS + 4 * n, 0)


def with_a_list_of_tables_in_a_circle(data: bytearray) -> None:
    put(data, DIFAT, 10)
    data += struct.pack("<128I", *[FREE] * 127, 10)


def with_a_list_of_tables_that_is_cut_off(data: bytearray) -> None:
    put(data, DIFAT, 10)
    data += b"\0\0"


DAMAGES: dict[str, Callable[[bytearray], object]] = {
    "cut off in the header": lambda data: data.__delitem__(slice(70, None)),
    "sectors of a size that is none": of_sectors_twice_as_large,
    "small sectors of a size that is none": lambda data: put(data, MINI_SHIFT, 7),
    "a claim of endless tables": lambda data: put(data, FAT_COUNT, FREE),
    "a claim of endless small tables": lambda data: put(data, MINI_COUNT, FREE),
    "no directory": lambda data: put(data, DIRECTORY, END),
    "a directory beyond the table": lambda data: put(data, DIRECTORY, 5000),
    "a directory that goes on beyond the file": lambda data: (follow(data, 1, 100), follow(data, 100, END)),
    "a directory in a circle": lambda data: follow(data, 1, 1),
    "tables named over and over": of_many_tables,
    "a list of tables in a circle": with_a_list_of_tables_in_a_circle,
    "a list of tables that is cut off": with_a_list_of_tables_that_is_cut_off,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_container_is_refused(damage: str) -> None:
    data = sound()
    assert opened(data).read("Workbook") == CONTENT
    DAMAGES[damage](data)
    with pytest.raises(UnreadableFile, match="文件已损坏或不完整"):
        opened(data)


STREAMS: dict[str, Callable[[bytearray], object]] = {
    "longer than the file, in a circle": lambda data: (put(data, STREAM_SIZE, 30_000), follow(data, 9, 2)),
    "longer than its chain": lambda data: follow(data, 5, END),
    "small, with no place for small ones": lambda data: put(data, STREAM_SIZE, 100),
}


@pytest.mark.parametrize("damage", STREAMS)
def test_a_damaged_stream_is_refused(damage: str) -> None:
    data = sound()
    STREAMS[damage](data)
    container = opened(data)
    with pytest.raises(UnreadableFile, match="文件已损坏或不完整"):
        container.read("Workbook")


def test_what_follows_the_end_of_a_stream_does_not_matter() -> None:
    """Some programs leave old links there. Fails where a chain is followed further than the stream is long."""
    data = sound()
    follow(data, 9, FREE)
    assert opened(data).read("Workbook") == CONTENT
    data = sound()
    put(data, STREAM_START, 0)
    put(data, STREAM_SIZE, 70)
    put(data, ROOT_START, 2)
    put(data, MINI_START, 10)
    put(data, MINI_COUNT, 1)
    follow(data, 10, END)
    data += struct.pack("<128I", 1, FREE, *[FREE] * 126)
    assert opened(data).read("Workbook") == CONTENT[:70]
