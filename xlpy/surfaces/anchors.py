"""Where pictures, charts, notes and buttons hang once rows were inserted or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlpy.surfaces.references import RowMove, whole

if TYPE_CHECKING:
    from lxml.etree import _Element


def move_anchor(anchor: _Element, move: RowMove) -> None:
    """A drawing or control follows the rows under its corners, or keeps its size, or its place, as its anchor says."""
    from lxml import etree

    kind = etree.QName(anchor).localname
    if kind not in ("twoCellAnchor", "oneCellAnchor", "anchor"):
        return
    moves = anchor.get("moveWithCells") == "1" if kind == "anchor" else anchor.get("editAs") != "absolute"
    grows = anchor.get("sizeWithCells") == "1" if kind == "anchor" else anchor.get("editAs", "twoCell") == "twoCell"
    start, end = anchor.find("{*}from/{*}row"), anchor.find("{*}to/{*}row")
    if start is None or not moves:
        return
    old = whole(start.text)
    new = line_from_0(old, move)
    start.text = str(new)
    if end is not None:
        bottom = whole(end.text)
        end.text = str(line_from_0(bottom, move) if grows else bottom + new - old)


def line_from_0(row: int, move: RowMove) -> int:
    """The new number of a row counted from 0; for one that is deleted, that of the row which takes its place."""
    new = move.line(row + 1)
    return (move.row if new is None else new) - 1


def move_frame(frame: _Element, move: RowMove) -> None:
    """The client data of a note or button: the row of its cell, and its corners (column, offset, row, offset) twice."""
    row, anchor = frame.find("{*}Row"), frame.find("{*}Anchor")
    by = None
    if row is not None and (row.text or "").isdecimal():
        new = line_from_0(whole(row.text), move)
        by, row.text = new - whole(row.text), str(new)
    corners = [] if anchor is None else [number.strip() for number in (anchor.text or "").split(",")]
    if anchor is None or len(corners) != 8 or not all(number.isdecimal() for number in corners):
        return
    for n in (2, 6):
        old = whole(corners[n])
        corners[n] = str(line_from_0(old, move) if by is None else max(old + by, 0))  # a note goes along with its cell
    anchor.text = ", ".join(corners)
