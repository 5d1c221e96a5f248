"""Word forms: what a reader sees, at the row and column where it stands."""

import tracemalloc
from pathlib import Path

import pytest

from tests.received import zipped
from xlpy.errors import UnreadableFile
from xlpy.files import read_grids
from xlpy.grids import Box, SheetGrid

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def read(tmp_path: Path, body: str, namespace: str = W) -> dict[str, SheetGrid]:
    document = f'<w:document xmlns:w="{namespace}" {NAMESPACES}><w:body>{body}</w:body></w:document>'
    (tmp_path / "表.docx").write_bytes(zipped(word__document_xml=document))
    return read_grids(tmp_path / "表.docx").sheets


def p(*runs: str) -> str:
    """A paragraph of runs; plain text becomes a run of its own."""
    return "<w:p>" + "".join(r if r.startswith("<") else f"<w:r><w:t>{r}</w:t></w:r>" for r in runs) + "</w:p>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text.startswith('<') else p(text)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def sdt(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


SPAN2, RESTART, CONTINUE = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
RUBY = (
    "<w:r><w:ruby><w:rt><w:r><w:t>jia</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>嘉</w:t></w:r></w:rubyBase></w:ruby></w:r>"
)
OLD_CHECK_BOX = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="{}"/></w:checkBox></w:ffData>'
    "</w:fldChar></w:r>"
)
TEXT_BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></w:drawing>"
    "</mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def test_paragraphs_keep_their_numbers_and_tables_stand_apart(tmp_path: Path) -> None:
    sheets = read(tmp_path, p("登记表") + p() + tbl(tr(tc("甲"))) + p("推荐单位 ____") + tbl(tr(tc("乙"))))
    assert list(sheets) == ["正文", "表格1", "表格2"]
    assert sheets["正文"].rows == [["登记表"], [None], ["推荐单位 ____"]]
    assert (sheets["正文"].address(3, 1), sheets["表格2"].address(1, 1)) == ("第3行第1列", "第1行第1列")
    assert (sheets["表格1"].rows, sheets["表格2"].rows) == ([["甲"]], [["乙"]])


def test_merged_cells_hold_their_text_once(tmp_path: Path) -> None:
    table = tbl(
        tr(tc("意见", SPAN2 + RESTART), tc("右上")),
        tr(tc("不显示", SPAN2 + CONTINUE), tc("右中", '<w:vMerge w:val="restart"/>')),
        tr(tc("左"), tc("中"), tc("", '<w:vMerge w:val="continue"/>')),
    )
    grid = read(tmp_path, table)["表格1"]
    assert grid.rows == [["意见", None, "右上"], [None, None, "右中"], ["左", "中", None]]
    assert grid.merges == (Box(1, 1, 2, 2), Box(2, 3, 3, 3))


def test_merges_below_each_other_stay_apart(tmp_path: Path) -> None:
    rows = [tr(tc("一", RESTART)), tr(tc("", CONTINUE)), tr(tc("二", RESTART)), tr(tc("", CONTINUE)), tr(tc("三"))]
    grid = read(tmp_path, tbl(*rows))["表格1"]
    assert grid.merges == (Box(1, 1, 2, 1), Box(3, 1, 4, 1))
    assert grid.rows == [["一"], [None], ["二"], [None], ["三"]]


def test_a_continuation_of_nothing_is_a_cell_of_its_own(tmp_path: Path) -> None:
    grid = read(tmp_path, tbl(tr(tc("甲"), tc("乙")), tr(tc("丙", CONTINUE), tc("丁", SPAN2 + CONTINUE))))["表格1"]
    assert grid.rows == [["甲", "乙", None], ["丙", "丁", None]]
    assert grid.merges == (Box(2, 2, 2, 3),)


def test_cells_left_out_before_a_row_shift_it(tmp_path: Path) -> None:
    shifted = tr(tc("右"), properties='<w:gridBefore w:val="2"/>')
    assert read(tmp_path, tbl(tr(tc("甲"), tc("乙"), tc("丙")), shifted))["表格1"].rows == [
        ["甲", "乙", "丙"],
        [None, None, "右"],
    ]


def test_cells_merged_the_old_way(tmp_path: Path) -> None:
    row = tr(tc("宽", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), tc("右"))
    grid = read(tmp_path, tbl(row))["表格1"]
    assert (grid.rows, grid.merges) == ([["宽", None, "右"]], (Box(1, 1, 1, 2),))


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (p("一") + p("二"), "一\n二"),
        (p("一<w:br/>二".replace("<", "</w:t><").replace("/>", "/><w:t>")), "一\n二"),
        (p("一", "<w:r><w:tab/></w:r>", "二"), "一\t二"),
        (p("一", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>", "二"), "一二"),
        (p('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r>'), "显"),
        (p("留", "<w:ins><w:r><w:t>增</w:t></w:r></w:ins>", "<w:del><w:r><w:t>删</w:t></w:r></w:del>"), "留增"),
        (p("<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>", "<w:moveTo><w:r><w:t>新</w:t></w:r></w:moveTo>"), "新"),
        (p("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>"), "链接"),
        (p("<w:r><w:instrText>PAGE</w:instrText></w:r>", "3"), "3"),
        (p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "国企"), "☑国企"),
        (p('<w:r><w:sym w:font="Wingdings 2" w:char="00A3"/></w:r>', "民企"), "☐民企"),
        (p("<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>"), "x+1"),
        (p(RUBY), "嘉"),
        (p("前", TEXT_BOX.format(p("框中"))), "前\n框中"),
        (p(TEXT_BOX.format(p("框中"))), "框中"),
        (p("外") + tbl(tr(tc("里1"), tc("里2")), tr(tc("里3"), tc("里4"))) + p(), "外\n里1\t里2\n里3\t里4"),
        (p("  "), None),
    ],
)  # fmt: skip
def test_the_text_of_a_cell_is_what_a_reader_sees(tmp_path: Path, content: str, seen: str | None) -> None:
    assert read(tmp_path, tbl(tr(tc(content))))["表格1"].rows == [[seen]]


def test_content_controls_are_transparent_at_every_level(tmp_path: Path) -> None:
    inline = p(sdt("<w:r><w:t>行内</w:t></w:r>"))
    table = sdt(tbl(sdt(tr(sdt(tc(sdt(inline)))))))
    sheets = read(tmp_path, sdt(p("段落")) + table)
    assert (sheets["正文"].rows, sheets["表格1"].rows) == ([["段落"]], [["行内"]])


def test_the_prompt_of_an_empty_content_control_is_blank(tmp_path: Path) -> None:
    prompt = "<w:showingPlcHdr/>"
    inline = p("日期：", sdt("<w:r><w:t>单击此处输入日期</w:t></w:r>", prompt))
    cell = sdt(tc("单击此处输入文字"), prompt)
    assert read(tmp_path, tbl(tr(tc(inline), cell, tc("后"))))["表格1"].rows == [["日期：", None, "后"]]


@pytest.mark.parametrize(("value", "seen"), [("1", "☑大型"), ("0", "☐大型")])
def test_check_boxes_of_both_kinds(tmp_path: Path, value: str, seen: str) -> None:
    new = sdt("<w:r><w:t>☒</w:t></w:r>", f'<w14:checkbox><w14:checked w14:val="{value}"/></w14:checkbox>')
    old = OLD_CHECK_BOX.format(value)
    assert read(tmp_path, tbl(tr(tc(p(new, "大型")), tc(p(old, "大型")))))["表格1"].rows == [[seen, seen]]


def test_a_drop_down_of_the_old_kind(tmp_path: Path) -> None:
    entries = '<w:listEntry w:val="大型"/><w:listEntry w:val="中型"/>'
    field = '<w:r><w:fldChar><w:ffData><w:ddList><w:result w:val="1"/>{}</w:ddList></w:ffData></w:fldChar></w:r>'
    assert read(tmp_path, p(field.format(entries)))["正文"].rows == [["中型"]]


def test_deleted_rows_are_gone(tmp_path: Path) -> None:
    rows = tr(tc("留")) + tr(tc("删"), properties="<w:del/>") + tr(tc("也留"))
    assert read(tmp_path, tbl(rows))["表格1"].rows == [["留"], ["也留"]]


def test_the_strict_variant_is_read_alike(tmp_path: Path) -> None:
    assert read(tmp_path, tbl(tr(tc("甲", SPAN2))), STRICT)["表格1"].merges == (Box(1, 1, 1, 2),)


def test_a_document_without_a_body(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(zipped(word__document_xml="<x/>"))
    with pytest.raises(UnreadableFile, match="文件已损坏或不完整") as caught:
        read_grids(tmp_path / "a.docx")
    assert caught.value.__cause__ is None, "looked for, not stumbled over"


# --- documents made to exhaust the machine ----------------------------------------------------------------------


def refusal(tmp_path: Path, body: str) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path, body)
    return caught.value.problem


def test_too_many_paragraphs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlpy.files.word.MAX_WORD_PARAGRAPHS", 10)
    assert read(tmp_path, p("甲") * 10)["正文"].height == 10
    assert refusal(tmp_path, p("甲") * 11) == "文档超过 10 段"


def test_cells_of_all_tables_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without what is left for the next table: a document may hold any number of them."""
    monkeypatch.setattr("xlpy.files.word.MAX_WORD_CELLS", 100)
    table = tbl(tr(*[tc("甲")] * 6) * 10)
    assert read(tmp_path, table)["表格1"].height == 10
    assert refusal(tmp_path, table * 2) == "文档里的表格超过 100 格"


def test_spanned_cells_count_before_they_are_made(tmp_path: Path) -> None:
    """Fails without the count in each row: a few bytes of XML would become a thousand cells, over and over."""
    wide = tr(tc("甲", '<w:gridSpan w:val="1000"/>'))
    tracemalloc.start()
    assert refusal(tmp_path, tbl(wide * 4000)) == "文档里的表格超过 500000 格"
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()


def test_rows_are_counted_as_long_as_the_longest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the second look: one wide row makes all the others as wide."""
    monkeypatch.setattr("xlpy.files.word.MAX_WORD_CELLS", 100)
    assert refusal(tmp_path, tbl(tr(*[tc("甲")] * 30), tr(tc("乙")) * 9)) == "文档里的表格超过 100 格"


def test_cells_left_out_before_a_row_are_bounded_before_they_are_made(tmp_path: Path) -> None:
    """Fails without the bound on gridBefore."""
    tracemalloc.start()
    row = tr(tc("甲"), properties='<w:gridBefore w:val="9999999"/>')
    assert refusal(tmp_path, tbl(row)) == "表格1超过 1000 列"
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()


@pytest.mark.parametrize("number", ["x", "-3", "", "1.5"])
def test_numbers_that_are_none_count_as_not_there(tmp_path: Path, number: str) -> None:
    """Fails without the look at digits in `_number`, `_symbol` and `_form_field`: the document would not be read."""
    row = tr(tc("甲", f'<w:gridSpan w:val="{number}"/>'), tc("乙"), properties=f'<w:gridBefore w:val="{number}"/>')
    symbol = f'<w:r><w:sym w:font="Wingdings" w:char="{number}z"/></w:r>'
    field = f'<w:r><w:fldChar><w:ffData><w:ddList><w:result w:val="{number}9"/></w:ddList></w:ffData></w:fldChar></w:r>'
    found = read(tmp_path, p(symbol, field, "丙") + tbl(row))
    assert found["表格1"].rows == [["甲", "乙"]]
    assert found["正文"].rows == [["丙"]]
