"""退回修改 on files: marked copies and a list for every town with flags; what the towns sent stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pytest
import xlwt

from tests.districts import district, project
from tests.making import HEADERS
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.commands.outcome import Run
from xlpy.errors import CannotKeep, CannotRun, CannotWrite
from xlpy.files import read_grids
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import RESULTS
from xlpy.patch import Patch
from xlpy.returning import SentBack, harmless, send_back
from xlpy.summary import parse_summary
from xlpy.surfaces.file import FileWorkbook, open_workbook

RUN = Run("2023-09-12 10:00:00", "李")
UNREAD = project("减重", "乙公司", amount="约500")
FOOTER: list[Scalar] = ["填报单位（加盖公章）：", None, "安亭镇", None, "联系人：", "张三", "联系电话：", "13800001111"]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A bureau's folder: the district workbook, and 街镇材料 for what the towns sent."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, grid in district().sheets.items():
        sheet = book.create_sheet(name)
        for row in grid.rows:
            sheet.append(row)
    book.save(tmp_path / "区级汇总表.xlsx")
    (tmp_path / "街镇材料").mkdir()
    return tmp_path


def lines(unit: str, *projects: Sequence[Scalar]) -> list[list[Scalar]]:
    """A town's Annex 2 without the sheets of ours."""
    footer = [unit if cell == "安亭镇" else cell for cell in FOOTER]
    body = [[n, *one] for n, one in enumerate(projects, 1)]
    return [["2023年申报汇总表"], list(HEADERS), *body, [], footer]


def put_xlsx(path: Path, *sheets: list[list[Scalar]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for n, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"第{n}批")
        for row in rows:
            sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def put_docx(path: Path, rows: list[list[Scalar]]) -> Path:
    document = docx.Document()
    document.add_paragraph(str(rows[0][0]))
    table = document.add_table(len(rows) - 1, max(map(len, rows)))
    for r, row in enumerate(rows[1:]):
        for c, value in enumerate(row):
            table.cell(r, c).text = "" if value is None else str(value)
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))
    return path


def put_xls(path: Path, rows: list[list[Scalar]]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("汇总")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(path))
    return path


def sent(office: Path, **options: Path) -> list[SentBack]:
    return send_back(office / "区级汇总表.xlsx", office / "街镇材料", run=RUN, **options)


def words(path: Path) -> str:
    """The list's text: its paragraphs, then its table, cells between bars."""
    document = docx.Document(str(path))
    table = [" | ".join(cell.text for cell in row.cells) for row in document.tables[0].rows]
    return "\n".join([*(p.text for p in document.paragraphs), *table])


def column(snapshot: Snapshot, number: int, sheet: str = RESULTS) -> list[Scalar]:
    grid = snapshot.sheet(sheet)
    return [grid.value(r, number) for r in range(1, grid.height + 1)]


def test_a_town_with_flags_gets_its_workbook_marked_and_the_list(office: Path) -> None:
    original = put_xlsx(office / "街镇材料/安亭镇/附件2.xlsx", lines("安亭镇", project("降噪"), UNREAD))
    put_xlsx(office / "街镇材料/马陆镇/附件2.xlsx", lines("马陆镇", project("虚焊")))
    before = original.read_bytes()
    (one,) = sent(office)
    folder = office / "退回修改/2023-09-12 10-00-00/安亭镇"
    assert one == SentBack("安亭镇", folder, (folder / "修改清单.docx", folder / "附件2.xlsx"))
    assert sorted(p.name for p in folder.parent.rglob("*")) == ["修改清单.docx", "安亭镇", "附件2.xlsx"]
    assert original.read_bytes() == before
    copy = open_workbook(folder / "附件2.xlsx").snapshot
    assert copy.sheet("第1批") == open_workbook(original).snapshot.sheet("第1批")
    assert column(copy, 4) == ["位置", "第1批!H4"]
    link = openpyxl.load_workbook(folder / "附件2.xlsx")[RESULTS]["D2"].hyperlink
    assert link.location == "'第1批'!$H$4"
    assert words(folder / "修改清单.docx").splitlines() == [
        "修改清单",
        "安亭镇：",
        "　　你单位报送的《2023年嘉定区重点产品质量攻关项目申报汇总表》已经核对：必须修改的 1 处。"
        "请在 2023年9月15日 前改好，重新报送。",
        "　　随附 附件2.xlsx：有颜色的格子就是有问题的地方，工作表“校验结果”里有每一处的说明和改法，请直接在上面改。",
        "",
        "嘉定区市场监督管理局",
        "2023年9月12日",
        "序号 | 在哪里 | 问题 | 怎么改",
        "1 | 第4行“减重”，经济效益(万元) | 错误：经济效益写的是“约500”，不是确切的数；请填确切的万元数，如 500 "
        "| 请对照登记表改正",
    ]


def test_where_nothing_is_wrong_nothing_is_made(office: Path) -> None:
    put_xlsx(office / "街镇材料/安亭镇/附件2.xlsx", lines("安亭镇", project("降噪")))
    assert sent(office) == []
    assert not (office / "退回修改").exists()


def test_our_own_annex_2_comes_back_with_colours_and_words_in_it(office: Path) -> None:
    path = office / "街镇材料/附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    book = openpyxl.load_workbook(path)
    for c, value in enumerate([1, *UNREAD], 1):
        book["汇总表"].cell(4, c, value)
    for cell, value in (("C20", "安亭镇"), ("E20", "张三"), ("G20", "13800001111")):
        book["汇总表"][cell] = value
    book.save(path)
    (one,) = sent(office)
    table = parse_summary(read_grids(one.files[1]))
    grid = read_grids(one.files[1]).sheet("汇总表")
    assert grid.value(4, table.marks["benefit"]) == 3
    assert (
        grid.value(4, table.check_column or 0)
        == "错误：经济效益(万元)，经济效益写的是“约500”，不是确切的数；请填确切的万元数，如 500"
    )


@pytest.mark.parametrize(("name", "put"), [("附件2.docx", put_docx), ("附件2.xls", put_xls)])
def test_what_cannot_be_marked_goes_back_on_our_annex_2_row_for_row(office: Path, name: str, put: object) -> None:
    many = [project(f"项目{n}号", f"第{n}公司", amount=n + 0.5, remarks="有附件") for n in range(1, 21)]
    rows = lines("安亭镇", *many, UNREAD)
    rows[1] = [*rows[1], "法人"]
    rows[2] = [*rows[2], "王五"]
    original = put(office / f"街镇材料/安亭镇/{name}", rows)  # type: ignore[operator]
    before = original.read_bytes()
    (one,) = sent(office)
    assert [p.name for p in one.files] == ["修改清单.docx", "附件2（已转换）.xlsx"]
    assert original.read_bytes() == before
    snapshot = read_grids(one.files[1])
    table, grid = parse_summary(snapshot), snapshot.sheet("汇总表")
    assert [grid.value(r.row_number, c) for r in table.rows[:2] for c in (1, 2, 3, 4, 8, 9)] == [
        *(1, "项目1号", "第1公司", "2022年6月", 1.5, "有附件"),
        *(2, "项目2号", "第2公司", "2022年6月", 2.5, "有附件"),
    ]
    assert (len(table.rows), table.rows[20].benefit.raw) == (21, "约500")
    assert (table.unit.value, table.contact.value, table.phone.value) == ("安亭镇", "张三", "13800001111")
    assert [grid.rows[r - 1][-1] for r in (3, 4)] == ["法人", "王五"]
    assert grid.value(24, table.marks["benefit"]) == 3
    text = words(one.files[0])
    assert f"　　{name} 不能直接标注，已按你单位的各行做成 附件2（已转换）.xlsx，请改用它。" in text
    assert "第24行“减重”，经济效益(万元) | 错误：经济效益写的是“约500”" in text


def test_a_workbook_that_the_editor_refuses_goes_back_on_our_annex_2(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_xlsx(office / "街镇材料/安亭镇/附件2.xlsx", lines("安亭镇", UNREAD))
    commit, first = FileWorkbook.commit, iter([True])

    def refusing(self: FileWorkbook, patch: Patch) -> Path | None:
        if next(first, False):
            raise CannotKeep(self.path, "写入会丢失：图片")
        return commit(self, patch)

    monkeypatch.setattr(FileWorkbook, "commit", refusing)
    (one,) = sent(office)
    assert sorted(p.name for p in one.folder.iterdir()) == ["修改清单.docx", "附件2（已转换）.xlsx"]
    assert parse_summary(read_grids(one.files[1])).rows[0].project_name.value == "减重"


def test_two_workbooks_and_two_sheets_of_one_town(office: Path) -> None:
    folder = office / "街镇材料/安亭镇"
    put_xlsx(folder / "甲/附件2.xlsx", lines("安亭镇", UNREAD), lines("安亭镇", project("提速", amount="约1")))
    put_xlsx(folder / "乙/附件2.xlsx", lines("安亭镇", project("降噪", amount="约2")))
    (one,) = sent(office)
    assert sorted(p.relative_to(one.folder).as_posix() for p in one.files) == [
        "乙/附件2.xlsx",
        "修改清单.docx",
        "甲/附件2.xlsx",
    ]
    copy = read_grids(one.folder / "甲/附件2.xlsx")
    assert (column(copy, 4), column(copy, 5)) == (["位置", "第1批!H3", "第2批!H3"], ["项目", "减重", "提速"])
    places = [line.split(" | ")[1] for line in words(one.files[0]).splitlines() if " | " in line]
    assert sorted(places[1:]) == [
        "乙/附件2.xlsx 第3行“降噪”，经济效益(万元)",
        "甲/附件2.xlsx 第1批 第3行“减重”，经济效益(万元)",
        "甲/附件2.xlsx 第2批 第3行“提速”，经济效益(万元)",
    ]


def test_no_unit_is_sent_the_rows_of_another(office: Path) -> None:
    """Fails without: tables of a file that several units share are made anew, each for its own unit."""
    shared = office / "街镇材料/两镇.xlsx"
    put_xlsx(shared, lines("安亭镇", UNREAD), lines("马陆镇", project("提速", amount="约1")))
    both = {one.town: one.files[1:] for one in sent(office)}
    assert {town: [path.name for path in files] for town, files in both.items()} == {
        "安亭镇": ["两镇（已转换，第1批）.xlsx"],
        "马陆镇": ["两镇（已转换，第2批）.xlsx"],
    }
    for town, files in both.items():
        text = str([sheet.rows for path in files for sheet in read_grids(path).sheets.values()])
        assert ("减重" in text, "提速" in text) == (town == "安亭镇", town == "马陆镇")


def test_a_file_in_which_nothing_is_wrong_does_not_go_along(office: Path) -> None:
    put_xlsx(office / "街镇材料/安亭镇/甲.xlsx", lines("安亭镇", UNREAD))
    put_xlsx(office / "街镇材料/安亭镇/乙.xlsx", lines("安亭镇", project("降噪")))
    assert [path.name for path in sent(office)[0].files] == ["修改清单.docx", "甲.xlsx"]


def test_a_second_run_writes_beside_the_first(office: Path) -> None:
    put_xlsx(office / "街镇材料/安亭镇/附件2.xlsx", lines("安亭镇", UNREAD))
    first, second = sent(office)[0], sent(office)[0]
    assert (first.folder.parent.name, second.folder.parent.name) == (
        "2023-09-12 10-00-00",
        "2023-09-12 10-00-00（2）",
    )
    assert first.files[1].is_file()


def test_what_is_sent_back_is_not_received_again(office: Path) -> None:
    put_xlsx(office / "街镇材料/安亭镇/附件2.xlsx", lines("安亭镇", UNREAD))
    with pytest.raises(CannotRun, match="退回的文件不能放在街镇材料里面"):
        sent(office, out=office / "街镇材料/退回")
    sent(office, out=office / "街镇材料/退回修改")
    assert len(sent(office)) == 1


def test_a_folder_that_takes_nothing_is_told_and_nothing_is_left(office: Path) -> None:
    put_xlsx(office / "街镇材料/安亭镇/附件2.xlsx", lines("安亭镇", UNREAD))
    (office / "退回").write_text("一个文件")
    with pytest.raises(CannotWrite, match="写不进去"):
        sent(office, out=office / "退回")


def test_only_a_district_workbook_sends_back(office: Path) -> None:
    (office / "汇总表.xlsx").write_bytes(resource(SUMMARY_XLSX).read_bytes())
    with pytest.raises(CannotRun, match="不是区级汇总表"):
        send_back(office / "汇总表.xlsx", office / "街镇材料", run=RUN)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("安亭镇", "安亭镇"),
        ("../安亭镇", "_安亭镇"),
        ("安亭/镇:*?", "安亭_镇_"),
        ("aux", "_aux"),
        (" . ", "_"),
        ("镇" * 90, "镇" * 60),
        ("安亭\n镇", "安亭_镇"),
        ("安亭\u202e镇", "安亭 镇"),
        ("COM¹ .镇", "_COM¹ .镇"),
    ],
)
def test_a_unit_of_any_name_gives_a_harmless_folder(name: str, folder: str) -> None:
    assert harmless(name) == folder


def test_progress_names_the_towns(office: Path) -> None:
    put_xlsx(office / "街镇材料/安亭镇/附件2.xlsx", lines("安亭镇", UNREAD))
    told: list[tuple[int, int, str]] = []
    send_back(office / "区级汇总表.xlsx", office / "街镇材料", run=RUN, progress=lambda *at: told.append(at))
    assert told[-2:] == [(0, 1, "安亭镇"), (1, 1, "")]
