"""A workbook with nearly everything a clerk's file may hold, by XlsxWriter, and ways to look into packages."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
import zlib
from pathlib import Path

import xlsxwriter
from lxml import etree


def picture() -> io.BytesIO:
    """A red square of 8 × 8 pixels as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(b"".join(b"\0" + b"\xc0\x20\x20" * 8 for _ in range(8)))
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def rich_workbook(path: Path) -> Path:
    """汇总表 (rows 3 to 12 filled, A to J), 统计 and a very hidden 隐藏."""
    book = xlsxwriter.Workbook(str(path))
    sheet, other, hidden = (book.add_worksheet(name) for name in ("汇总表", "统计", "隐藏"))
    title = book.add_format({"bold": True, "bg_color": "#FFCC00", "border": 1})
    text = book.add_format({"num_format": "@", "border": 1})
    date = book.add_format({"num_format": "yyyy-mm-dd"})

    sheet.merge_range("A1:I1", "某年申报汇总表", title)
    sheet.write_row("A2", [f"列{n}" for n in range(1, 10)], title)
    for row in range(2, 12):
        sheet.write_number(row, 0, row - 1)
        sheet.write_string(row, 1, f"项目{row}", text)
        sheet.write_datetime(row, 3, dt.datetime(2022, 6, row), date)
        sheet.write_number(row, 7, row * 1.5)
        sheet.write_formula(row, 9, f"=H{row + 1}*2", None, row * 3.0)
    sheet.write_blank("I3", None, title)
    sheet.write_rich_string("B14", "粗", title, "黑", "白")
    sheet.write_url("C14", "https://example.com/甲?a=1&b=2", None, "网")
    sheet.write_url("C15", "internal:'统计'!A1", None, "内")
    sheet.write_formula("H15", "=SUM(H3:H12)", None, 1)
    sheet.write_array_formula("K3:K5", "{=H3:H5*2}", None, 9)
    sheet.write_comment("B4", "上面的批注")
    sheet.write_comment("B14", "下面的批注")
    for row in range(2, 5):
        other.write(row - 2, 0, "甲乙丙"[row - 2])
    other.write_formula("B1", "=SUM(汇总表!H3:H12)", None, 5)
    other.write_formula("B2", '=汇总表!H15&"汇总表!H15"', None, "5")
    hidden.write("A1", "暗")
    hidden.very_hidden()
    hidden.autofilter("A1:C5")

    sheet.insert_image("L3", "上.png", {"image_data": picture()})
    sheet.insert_image("L14", "下.png", {"image_data": picture(), "object_position": 1})
    sheet.insert_textbox("M14", "文本框")
    sheet.insert_button("N14", {"caption": "按钮"})
    sheet.insert_checkbox("N3", True)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=汇总表!$B$3:$B$12", "values": "=汇总表!$H$3:$H$15", "name": "=汇总表!$H$2"})
    other.insert_chart("C3", chart)
    sheet.add_sparkline("P3", {"range": "汇总表!H3:H12"})
    sheet.add_sparkline("P14", {"range": "汇总表!A14:H14"})
    other.add_table("F1:H5", {"columns": [{"header": "甲"}, {"header": "乙"}, {"header": "丙", "formula": "=[@甲]"}]})
    columns = [{"header": "子", "total_function": "sum"}, {"header": "丑", "formula": "=[@子]"}]
    sheet.add_table("R14:S18", {"name": "下表", "total_row": True, "columns": columns})

    sheet.data_validation("F3:F13", {"validate": "list", "source": ["国有", "民营"]})
    sheet.data_validation("G3:G13", {"validate": "list", "source": "=统计!$A$1:$A$3"})
    sheet.data_validation("H3:H13", {"validate": "custom", "value": "=ISNUMBER(H3)"})
    sheet.conditional_format("B3:B13", {"type": "formula", "criteria": "=$H3>10", "format": title})
    sheet.conditional_format("H3:H13", {"type": "data_bar", "data_bar_2010": True, "bar_solid": True})
    sheet.conditional_format("A3:A13", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    other.conditional_format("A1:A9", {"type": "formula", "criteria": "=汇总表!$H$13>1", "format": title})

    sheet.print_area("A1:I15")
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_header('&C&"宋体"标题', {"scale_with_doc": False})
    sheet.set_footer("&L第&P页&R&A")
    sheet.set_h_pagebreaks([10, 14])
    book.define_name("单位", "=统计!$A$1:$A$3")
    book.define_name("汇总表!数据", "=汇总表!$A$3:$I$13")
    sheet.freeze_panes(2, 1)
    sheet.set_row(4, 20, None, {"hidden": True})
    sheet.set_row(5, 25, None, {"level": 1})
    sheet.set_row(11, 33)
    sheet.set_column("B:B", 30, text, {"level": 1})
    sheet.protect("x", {"format_cells": True})
    sheet.unprotect_range("A3:B13")
    sheet.ignore_errors({"number_stored_as_text": "B3:B13"})
    sheet.set_tab_color("red")
    book.set_properties({"title": "题", "author": "张三"})
    book.set_custom_property("模板版本", "1")
    book.close()
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def rebuilt(path: Path, **changes: bytes | None) -> Path:
    """The package with some parts replaced (names with / written as __), added, or with None left out."""
    wanted = {name.replace("__", "/"): data for name, data in changes.items()}
    content = {**parts(path), **wanted}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in content.items():
            if data is not None:
                package.writestr(name, data)
    return path


def canonical(xml: bytes, without: tuple[str, ...] = ()) -> bytes:
    """XML in one spelling, without the cells at these addresses, rows left empty thereby, and hints for readers."""
    root = etree.fromstring(xml)
    for cell in list(root.iter("{*}c")):
        if cell.get("r") in without:
            cell.getparent().remove(cell)
    for row in list(root.iterfind("{*}sheetData/{*}row")):
        row.attrib.pop("spans", None)
        if not len(row) and set(row.attrib) == {"r"}:
            row.getparent().remove(row)
    for dimension in root.iterfind("{*}dimension"):
        root.remove(dimension)
    return bytes(etree.tostring(root, method="c14n2"))
