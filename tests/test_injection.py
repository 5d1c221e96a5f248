"""Whatever a form or its file's name says stays text: in both surfaces, in copies, on the terminal, in the log.

Every test says which guard it fails without. No socket can be opened here (`_offline`): nothing is ever fetched.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import sys
import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from lxml import etree
from pydantic import BaseModel

from tests.both import Both
from tests.corpus.trial import NoSocket
from tests.districts import project
from tests.making import HEADERS
from tests.rich_workbook import parts, rebuilt
from tests.town_files import TOWNS, district_file
from xlpy import api, macros
from xlpy.api import read_form
from xlpy.authoring import FORM_XLSX, SUMMARY_XLSX, resource
from xlpy.authoring.district_book import district_bytes
from xlpy.authoring.form_sheet import CELLS, form_workbook
from xlpy.authoring.package import save_workbook
from xlpy.authoring.summary_book import summary_bytes
from xlpy.cli import _progress, main, print_report
from xlpy.commands.outcome import Run
from xlpy.commands.rolling_up import Figures, RollUp
from xlpy.demo.companies import PROJECTS
from xlpy.demo.forms import form_values
from xlpy.errors import CannotRun, FileError
from xlpy.files import read_grids
from xlpy.flags import Flag, Severity
from xlpy.grids import Scalar
from xlpy.layout import LOG, RESULTS
from xlpy.models import Skipped
from xlpy.notice import Code, Notice, OwnColumn
from xlpy.patch import Patch, Write
from xlpy.readout import form_text, rollup_text, verification_text
from xlpy.report import (
    CellChange,
    FileEvidence,
    HandEdit,
    LeftOut,
    LogEvidence,
    LogProblem,
    LostRow,
    OwnSum,
    Reconciliation,
    Report,
    Totals,
    Verification,
)
from xlpy.surfaces.file import open_workbook
from xlpy.surfaces.links import link_formula, place_of

RUN = Run("2023-09-11 09:00:00", "王")
PAYLOADS = {
    "formula": "=1+1",
    "plus": "+1+1",
    "minus": "-2+3",
    "at": "@SUM(1,2)",
    "tab": "\t=1+1",
    "wide": "＝1＋1",
    "quote": "'=1+1",
    "DDE": "=cmd|'/c calc'!A1",
    "DDE of Word": 'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"',
    "link": '=HYPERLINK("http://127.0.0.1:9/","点我")',
    "web service": '=WEBSERVICE("http://127.0.0.1:9/")',
    "address": "http://127.0.0.1:9/x",
    "share": "\\\\127.0.0.1\\share\\x",
    "place": "[http://127.0.0.1:9/x.xlsx]登记表!A1",
    "upwards": "[../../x.xlsx]登记表!A1",
    "terminal": "\x1b[31m红\x1b]8;;http://127.0.0.1:9/\x07点\x1b]8;;\x07",
    "carriage": "好\r改\x08\x08坏",
    "C1": "a\x9b31mb\x85c",
    "bidi": "甲\u202e乙\u2066丙\u2069丁\u200f戊",
    "lines": "甲\u2028乙\u2029丙",
    "escape": "_x000D__x001B_",
    "rich": "[red]粗[/red][link=http://127.0.0.1:9/]x[/link]",
    "markup": "<script>]]>&amp;</w:t><w:fldSimple w:instr='DDE'/>",
    "format": "%s%n{0}{problem}${jndi:ldap://127.0.0.1:9/}",
}
TRACE = re.compile(r"calc|127\.0\.0\.1|1\+1|SUM\(1,2\)|-2\+3|1＋1", re.IGNORECASE)
"""What betrays a payload that has become more than text."""


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", NoSocket)
    monkeypatch.setattr(api, "this_run", lambda: RUN)


def hostile_form(path: Path, payload: str, everything: bool = False) -> Path:
    """Our form, sound but for `payload` in each field of words (in every field where `everything`)."""
    import openpyxl

    book = openpyxl.load_workbook(resource(FORM_XLSX))
    values = form_values(PROJECTS[0], 0)
    for name, (sheet, cell) in CELLS.items():
        value = values.get(name)
        words = everything or (isinstance(value, str) and not re.search(r"\d", value))
        book[sheet][cell] = "PLACEHOLDER" if words else value
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    # openpyxl would make formulas of them and refuse control characters, which a form sent by a stranger may hold
    stored = re.sub(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-F]{4}_)", lambda m: f"_x{ord(m[0]):04X}_", payload)
    text = f'<t xml:space="preserve">{escape(stored)}</t>'.encode()
    content = parts(path)
    changed = {name: re.sub(rb"<t[^>]*>PLACEHOLDER</t>", lambda _: text, data) for name, data in content.items()}
    return rebuilt(path, **{name: data for name, data in changed.items() if data != content[name]})


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A town's folder: Annex 2 and, per payload, a form that is sound otherwise and one that is nothing else."""
    for n, payload in enumerate(PAYLOADS.values()):
        hostile_form(tmp_path / "登记表" / f"{n:02}.xlsx", payload)
    for n, payload in enumerate(list(PAYLOADS.values())[::6]):
        hostile_form(tmp_path / "登记表" / f"全{n:02}.xlsx", payload, everything=True)
    shutil.copyfile(resource(SUMMARY_XLSX), tmp_path / "附件2.xlsx")
    return tmp_path


def hostile_table(path: Path, unit: str, rows: list[list[Scalar]]) -> Path:
    """A town's Annex 2 in which every text is a text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("汇总表")
    sheet.write("A1", "2023年申报汇总表")
    for line, cells in enumerate([HEADERS, *([n, *one] for n, one in enumerate(rows, 1))], 2):
        sheet.write_row(f"A{line}", cells)
    sheet.write_row(f"A{len(rows) + 4}", ["填报单位：", None, unit, None, "联系人：", "=1+1", "电话：", "59590000"])
    book.close()
    return path


def formulas(path: Path) -> list[str]:
    """Every formula of a workbook, wherever it stands."""
    tags = "f", "formula", "formula1", "formula2", "definedName"
    return [
        element.text or ""
        for name, data in parts(path).items()
        if name.endswith(".xml")
        for element in etree.fromstring(data).iter(*(f"{{*}}{tag}" for tag in tags))
    ]


def links(path: Path) -> Iterator[tuple[str, str]]:
    """(kind, target) of everything outside the package that its parts point to."""
    for name, data in parts(path).items():
        if name.endswith(".rels"):
            for relation in etree.fromstring(data):
                if relation.get("TargetMode") == "External":
                    yield relation.get("Type", "").rsplit("/")[-1], relation.get("Target", "")


def assert_only_text(path: Path, before: Path) -> None:
    """No formula that was not there before, no link but to a file below the folder, nothing else that could act."""
    assert set(map(shape, formulas(path))) <= set(map(shape, formulas(before)))
    assert not [f for f in formulas(path) if TRACE.search(f)]
    for kind, target in links(path):
        assert kind == "hyperlink"
        assert "://" not in target
        assert (path.parent / unquote(target)).resolve().is_relative_to(path.parent.resolve()), target
        assert (path.parent / unquote(target)).is_file(), target
    for name in parts(path):
        assert not re.search(r"externalLink|vbaProject|embeddings|activeX|connections|queryTable", name)


def shape(formula: str) -> str:
    """A formula apart from its row numbers, which change when rows are inserted."""
    return re.sub(r"\d+", "0", formula)


def assert_harmless_output(text: str) -> None:
    for line in text.split("\n"):
        bad = [c for c in line if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")]
        assert not bad, f"{bad!r} in {line!r}"


# --- the closed file ------------------------------------------------------------------------------------------------


def test_payloads_of_forms_are_text_in_the_closed_file(town: Path) -> None:
    """Fails without: texts written as shared strings (`SheetXml.write`), links only where `place_of` finds a place."""
    book = town / "附件2.xlsx"
    shutil.copyfile(book, town / "before.xlsx")
    pulled = api.pull(book, town / "登记表")
    assert pulled.rows is not None
    assert pulled.rows >= 20  # one payload is as good as blank, some names are the same once spaces do not count
    api.validate(book, town / "登记表")
    assert_only_text(book, town / "before.xlsx")
    found = {
        sheet: [v for row in grid.rows for v in row if isinstance(v, str)]
        for sheet, grid in read_grids(book).sheets.items()
    }
    assert "+1+1" in found["汇总表"]
    assert "=cmd|'/c calc'!A1" in found["汇总表"]
    assert any("=1+1" in text for text in found[RESULTS])
    assert any("pull" in text or "导入" in text for text in found[LOG])


def test_undo_brings_hostile_texts_back_as_texts(town: Path) -> None:
    """Fails without: escaped control characters (`strings.escaped`), and text that stays text on its way back."""
    book = town / "附件2.xlsx"
    api.pull(book, town / "登记表")
    before = read_grids(book).sheet("汇总表").rows
    shutil.copyfile(book, town / "before.xlsx")
    api.clear(book)
    api.validate(book, town / "登记表")
    api.undo(book)
    assert_only_text(book, town / "before.xlsx")
    after = read_grids(book).sheet("汇总表").rows
    assert [row[:9] for row in after[: len(before)]] == [row[:9] for row in before]


def test_calculating_the_file_executes_nothing(town: Path) -> None:
    """A second reader agrees: every hostile text is a string there, not a formula. Fails without: `t="s"` cells."""
    import warnings

    import openpyxl

    book = town / "附件2.xlsx"
    api.pull(book, town / "登记表")
    api.validate(book, town / "登记表")
    with warnings.catch_warnings(action="ignore"):
        loaded = openpyxl.load_workbook(book)
    hostile = [
        cell for sheet in loaded for row in sheet.iter_rows() for cell in row if TRACE.search(str(cell.value or ""))
    ]
    assert len(hostile) > 20
    assert {cell.data_type for cell in hostile} == {"s"}


# --- the workbook open in Excel -------------------------------------------------------------------------------------


def test_payloads_of_forms_are_text_in_excel(town: Path) -> None:
    """Fails without: the quote or text format before a text (`excel_cells`), on a stand-in that reads as Excel does."""
    both = Both(town / "附件2.xlsx")
    both.run(macros.pull, api.pull, town / "登记表")
    both.run(macros.validate, api.validate, town / "登记表")
    inner = object.__getattribute__(both.book.api, "_inner")
    hostile = 0
    for sheet in inner.sheets:
        for cell in sheet.cells.values():
            if TRACE.search(str(cell.value or "")) or TRACE.search(cell.formula or ""):
                hostile += 1
                assert not cell.formula, cell.formula
                assert isinstance(cell.value, str)
    assert hostile > 20


# --- links ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[http://127.0.0.1:9/x.xlsx]登记表!A1",
        "[https:x.xlsx]登记表!A1",
        "[javascript:alert(1)]登记表!A1",
        "[file:///c:/windows/system32/calc.exe]登记表!A1",
        "[../../x.xlsx]登记表!A1",
        "[登记表/a.xlsx]/../../../x.exe]登记表!A1",
        r"[登记表\..\..\x.exe]登记表!A1",
        "[登记表/a.xlsx]http://127.0.0.1:9/]登记表!A1",
    ],
)
def test_no_link_leads_out_of_the_folder(text: str) -> None:
    """Fails without: the look at schemes and `..` in `place_of`; in a crafted file a sheet may have any name."""
    assert place_of(text) is None
    assert link_formula(text) is None


@pytest.mark.parametrize(
    "text", ["[登记表/a.xlsx]登记表!A1", "[D:/表/a.xlsx]登记表!A1", "[//server/表/a.xlsx]登记表!A1"]
)
def test_the_places_that_we_name_ourselves_are_still_links(text: str) -> None:
    assert place_of(text) is not None


def test_no_sign_in_a_files_name_means_anything_to_a_link(tmp_path: Path) -> None:
    """Fails without: `_UNSAFE` in the target of a link, the doubled quotes of `_literal`, the look for # beside it."""
    book = Path(shutil.copyfile(resource(SUMMARY_XLSX), tmp_path / "附件2.xlsx"))
    open_workbook(book).commit(Patch((Write("汇总表", 4, 2, (("[登记表/a#b c%41?.xlsx]登记表!C5",),), links=True),)))
    assert list(links(book)) == [("hyperlink", "登记表/a%23b%20c%2541%3F.xlsx")]
    quote = '=HYPERLINK("登记表\\a"")&CMD(""x.xlsx#\'登记表\'!$C$5","[登记表/a"")&CMD(""x.xlsx]登记表!C5")'
    assert link_formula('[登记表/a")&CMD("x.xlsx]登记表!C5') == quote
    assert link_formula("[登记表/a#b.xlsx]登记表!C5") is None


def test_the_name_of_a_sheet_cannot_forge_a_link(tmp_path: Path) -> None:
    """Fails without: `place_of` on what a form's own sheet is called."""
    form = hostile_form(tmp_path / "登记表" / "a.xlsx", "")
    for sheet in ("封面", "登记表", "汇总信息"):
        book = parts(form)["xl/workbook.xml"].decode()
        rebuilt(
            form, **{"xl/workbook.xml": book.replace(f'name="{sheet}"', f'name="x]/../../../{sheet}.exe]表"').encode()}
        )
    book = tmp_path / "附件2.xlsx"
    shutil.copyfile(resource(SUMMARY_XLSX), book)
    shutil.copyfile(book, tmp_path / "before.xlsx")
    api.pull(book, tmp_path / "登记表")
    api.validate(book, tmp_path / "登记表")
    assert_only_text(book, tmp_path / "before.xlsx")


# --- names of files -------------------------------------------------------------------------------------------------

NAMES = [
    "..xlsx", "...xlsx", "..%2F..%2Fx.xlsx", "CON.xlsx", "NUL.xlsx", "aux .xlsx", "COM1.xlsx", "=1+1.xlsx",
    "-rf.xlsx",
    "😀👨‍👩‍👧.xlsx",
    "换\n行.xlsx", "\x1b[31m红.xlsx", "左\u202excod.xlsx", "a#b!A1.xlsx", "[x].xlsx", "'引'.xlsx", '"q".xlsx',
    "http:127.0.0.1.xlsx", "javascript:alert(1).xlsx", "c:calc.xlsx", "a\\b.xlsx", "a&b<c>.xlsx", "[red]x.xlsx",
    "%s.xlsx", "长" * 83 + ".xlsx", " 前.xlsx", "a\x7f\x9bb.xlsx", "\u2028.xlsx",
]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows few of these names")
def test_names_of_files_are_harmless_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fails without: `one_line` on every name that is printed, and `place_of`."""
    sound = hostile_form(tmp_path / "sound.xlsx", "甲")
    forms = tmp_path / "登记表"
    forms.mkdir()
    longest = "长" * 83 + ".xlsx"
    assert len(os.fsencode(longest)) == 254
    for name in NAMES:
        shutil.copyfile(sound, forms / name)
        (forms / f"坏{name}"[:80]).with_suffix(".xlsx").write_bytes(b"x" + bytes(9))
    Path(os.fsdecode(os.fsencode(forms) + b"/\xff\xfe.xlsx")).write_bytes(sound.read_bytes())
    sound.unlink()
    book = tmp_path / "附件2.xlsx"
    shutil.copyfile(resource(SUMMARY_XLSX), book)
    shutil.copyfile(book, tmp_path / "before.xlsx")
    for command in (
        ["pull", str(book), "--forms", str(forms), "--dry-run"],
        ["pull", str(book), "--forms", str(forms)],
    ):
        assert main(command) in (0, 1), capsys.readouterr().err
    assert main(["validate", str(book), "--forms", str(forms)]) in (0, 1)
    for name in NAMES[:8]:
        main(["read", str(forms / name)])
    out, err = capsys.readouterr()
    assert_harmless_output(out)
    assert_harmless_output(err)
    assert "未采用" in out
    assert_only_text(book, tmp_path / "before.xlsx")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["before.xlsx", "备份", "登记表", "附件2.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no colon in names")
def test_forms_beside_the_workbook_get_no_links_with_a_scheme(tmp_path: Path) -> None:
    """Fails without: the colon that `place_of` refuses: here a file's name is all of the link's target."""
    hostile_form(tmp_path / "http:127.0.0.1.xlsx", "=1+1", everything=True)
    book = tmp_path / "附件2.xlsx"
    shutil.copyfile(resource(SUMMARY_XLSX), book)
    shutil.copyfile(book, tmp_path / "附件2.before")
    api.pull(book, tmp_path)
    api.validate(book, tmp_path)
    assert not [target for _, target in links(book) if target.startswith("http:")]


# --- the terminal ---------------------------------------------------------------------------------------------------


def test_nothing_of_a_form_reaches_the_terminal_raw(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fails without: `one_line` in printing (`cli`, `readout`), or `shown` in the messages of flags."""
    book, forms = str(town / "附件2.xlsx"), str(town / "登记表")
    for command in (
        ["read", *map(str, sorted((town / "登记表").iterdir()))],
        ["pull", book, "--forms", forms, "--dry-run"],
        ["pull", book, "--forms", forms],
        ["validate", book, "--forms", forms],
        ["total", book],
        ["undo", book],
    ):
        assert main(command) in (0, 1), command
    out, err = capsys.readouterr()
    assert "红" in out
    assert "乙" in out
    assert_harmless_output(out)
    assert_harmless_output(err)


def test_json_is_as_harmless_on_a_terminal(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fails without: escapes for what cannot be printed; the text that a program reads from them is unchanged."""
    import json

    form = town / "登记表" / f"{list(PAYLOADS).index('bidi'):02}.xlsx"
    assert main(["read", "--json", str(form)]) in (0, 1)
    out = capsys.readouterr().out
    assert_harmless_output(out)
    assert json.loads(out)["fields"]["project_name"]["value"] == PAYLOADS["bidi"]


SIGNS = "甲\x1b]0;x\x07\x9b31m\u202e乙\u2066\r\n  错误 F01 假的\u2028丙"
"""What would colour a terminal, name its window, turn what follows around, or make a line of its own."""


def spoiled(value: Any, keep: Collection[str] = ()) -> Any:
    """A model in which every text, however deep, has `SIGNS` behind it, but those called as in `keep`."""
    match value:
        case str():
            return value and value + SIGNS
        case list() | tuple() if not hasattr(value, "_fields"):
            return [spoiled(one, keep) for one in value]
        case dict():
            return {key: spoiled(one, keep) for key, one in value.items()}
        case BaseModel():
            told = {name: spoiled(getattr(value, name), keep) for name in type(value).model_fields if name not in keep}
            return value.model_copy(update=told)
        case _:
            return value


def test_whatever_a_report_holds_is_printed_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fails without `printable` in `cli._say` and `readout._text`: no word of a report is clean by itself."""
    file = FileEvidence(file="甲.xlsx", status="moved", rows=[4], found="乙.xlsx")
    edit = HandEdit(
        sheet="汇总表", cell="B4", row_number=4, field="benefit", pulled="甲", now="乙", file="甲", place="B"
    )
    log = LogEvidence(lines=1, since="今天", code="0", problems=[LogProblem(sheet="操作记录", cell="A2", message="缺")])
    own = OwnSum(name="投入", count=1, amount=1)
    left = LeftOut(row_number=4, project_name="甲", reason="空")
    sums = Totals(projects=1, companies=1, amount=1, groups={}, left_out=[left], own=[own])
    account = Reconciliation(
        file="甲", sheet="表", town="镇", status="已列入", rows_in=1, rows_out=1, excluded=0, amount_in=1, amount_out=1,
        amount_excluded=0, balanced=True, why="改",
    )  # fmt: skip
    flag = Flag(rule="F01", severity=Severity.ERROR, file="甲", sheet="表", cell="B4", message="空", fix="填")
    report = Report(
        command="verify",
        workbook="附件2.xlsx",
        rows=1,
        flags=[flag],
        changes=[CellChange(sheet="表", cell="B4", before="甲", after="乙")],
        totals=sums,
        reconciliation=[account],
        skipped=[Skipped(file="丙.pdf", reason="不读")],
        verify=Verification(
            in_order=False,
            files=[file],
            edits=[edit],
            typed=[5],
            unseen=[],
            lost=[LostRow(file="丁", project_name="丁")],
            log=log,
        ),
    )
    district = Figures(place=("甲",), district="甲", file="甲/区.xlsx", districts=1, why="看")
    whole = RollUp(workbook="全.xlsx", lines=(Figures(), district), skipped=(Skipped(file="丙", reason="不读"),))
    form = read_form(hostile_form(tmp_path / "a.xlsx", "降噪"))
    keep = "status", "severity", "rule", "field"
    for text, one in ((verification_text, report), (rollup_text, whole), (form_text, form)):
        sound, hostile = text(one), text(spoiled(one, keep))  # type: ignore[operator]
        assert_harmless_output(hostile)
        assert len(hostile.splitlines()) == len(sound.splitlines())
    print_report(report, dry_run=True)
    sound = capsys.readouterr().out
    print_report(spoiled(report, keep), dry_run=True)
    hostile = capsys.readouterr().out
    assert_harmless_output(hostile)
    assert "乙" in hostile
    assert len(hostile.splitlines()) == len(sound.splitlines()) == 11


def test_progress_and_messages_are_as_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    """Fails without `one_line` in `XlpyError`, in `FileError` and in what `arguments` says of a wrong command."""
    for error in (CannotRun(SIGNS, SIGNS), FileError(SIGNS, SIGNS, SIGNS)):
        assert_harmless_output(str(error))
        assert "\n" not in str(error)
    with pytest.raises(SystemExit):
        main(["verify", "附件2.xlsx", SIGNS])  # of words that it does not know argparse makes no repr
    assert main(["verify", SIGNS]) == 2
    err = capsys.readouterr().err
    assert_harmless_output(err)
    assert len(err.splitlines()) == 2


def test_a_progress_bar_shows_names_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `one_line` and `markup=False` in `cli._progress`."""
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    with _progress("读登记表") as progress:
        assert progress
        progress(1, 2, f"[red]粗[/red].xlsx{SIGNS}")
    written = shown.getvalue()
    assert "[red]粗[/red].xlsx甲 ]0;x 31m 乙 错误 F01 假的 丙" in written
    assert not re.search("[\x07\x9b\u202e\u2028]", written)


# --- what goes back to the towns ------------------------------------------------------------------------------------


def test_payloads_stay_text_in_the_district_workbook_and_in_what_is_sent_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fails without: text guards in `Editor` and in the list for the towns; names of folders made `harmless`."""
    book = district_file(tmp_path)
    shutil.copyfile(book, tmp_path / "before.xlsx")
    texts = [re.sub(r"[\x00-\x1f]", "", payload) for payload in PAYLOADS.values()]
    rows = [project(text, text, "约500", text) for text in texts]
    for n, name in enumerate(("安亭镇", "...", "=1+1", "CON")):
        hostile_table(tmp_path / TOWNS / name / f"{n}.xlsx", name, rows)
    api.consolidate(book, tmp_path / TOWNS)
    assert_only_text(book, tmp_path / "before.xlsx")
    sent = api.send_back(book, tmp_path / TOWNS)
    assert sent
    for one in sent:
        assert one.folder.resolve().is_relative_to(tmp_path.resolve())
        for file in one.files:
            path = file if file.is_absolute() else one.folder / file
            if path.suffix == ".xlsx":
                assert not [f for f in formulas(path) if TRACE.search(f)]
                assert all("://" not in target for _, target in links(path))
            else:
                assert_word_acts_on_nothing(path)
    main(["consolidate", str(book), "--from", str(tmp_path / TOWNS)])
    main(["sendback", str(book), "--from", str(tmp_path / TOWNS)])
    out, err = capsys.readouterr()
    assert_harmless_output(out)
    assert_harmless_output(err)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows few of these names")
@pytest.mark.parametrize("where", ["{}/{n}.xlsx", "{n}/{}.xlsx"], ids=["folders", "files"])
def test_names_of_what_towns_sent_are_harmless_in_what_is_sent_back(
    where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fails without: `one_line` on names in the list for the town, and copies that are marked under a short name."""
    book = district_file(tmp_path)
    for n, name in enumerate(name.removesuffix(".xlsx") for name in NAMES if not name.startswith("..")):
        rows = [project(f"第{n}项", "", "约500")]
        hostile_table(tmp_path / TOWNS / where.format(name, n=n), "安亭镇", rows)
    assert main(["consolidate", str(book), "--from", str(tmp_path / TOWNS)]) == 1
    assert main(["sendback", str(book), "--from", str(tmp_path / TOWNS)]) == 0
    assert main(["verify", str(book)]) == 0
    out, err = capsys.readouterr()
    assert "做好了 1 个街镇的退回材料" in out
    assert err == ""
    assert_harmless_output(out)
    (letter,) = (tmp_path / "退回修改").rglob("修改清单.docx")
    assert_word_acts_on_nothing(letter)
    with zipfile.ZipFile(letter) as package:
        assert_harmless_output("".join(etree.fromstring(package.read("word/document.xml")).itertext()))
    copies = [path for path in letter.parent.rglob("*") if path.is_file()]
    assert len(copies) == len(NAMES) - 2
    for path in copies:
        if path != letter:
            assert not [f for f in formulas(path) if TRACE.search(f)]


def test_a_table_made_anew_has_a_name_that_every_disk_takes(tmp_path: Path) -> None:
    """Fails without `_shortened`: the town's name is as long as a name may be, and ours says more."""
    book = district_file(tmp_path)
    path = hostile_table(tmp_path / TOWNS / ("长" * 83 + ".xlsx"), "安亭镇", [project("降噪", "", "约500")])
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("_xmlsignatures/sig1.xml", "<a/>")  # the editor refuses to break a signature
    api.consolidate(book, tmp_path / TOWNS)
    (one,) = api.send_back(book, tmp_path / TOWNS)
    assert [p.name for p in one.files] == ["修改清单.docx", "长" * 73 + "（已转换）.xlsx"]


def test_names_of_units_never_lead_out_of_the_folder_of_what_is_sent_back(tmp_path: Path) -> None:
    """Fails without `harmless`: what the bureau or a town calls a unit names a folder."""
    units = ("..\\x", "CON", "nul.镇", "C:y", "=1+1", "甲/乙", "镇" * 50, "[red]丙|丁", "左\u202e右", "COM¹", "CONIN$")
    book = tmp_path / "区级汇总表.xlsx"
    book.write_bytes(district_bytes(Notice(units=tuple(Code(label=unit) for unit in units))))
    for n, unit in enumerate(units):
        hostile_table(tmp_path / TOWNS / str(n) / "表.xlsx", unit, [project(f"第{n}项", "", "约500")])
    api.consolidate(book, tmp_path / TOWNS)
    sent = api.send_back(book, tmp_path / TOWNS)
    assert len(sent) == len(units)
    folders = [one.folder for one in sent]
    assert {folder.parent.parent for folder in folders} == {tmp_path.resolve() / "退回修改"}
    assert len({folder.name.casefold() for folder in folders}) == len(folders)
    for folder in folders:
        assert folder.is_dir()
        assert folder.name.upper() not in {"CON", "..", ".", "COM¹", "CONIN$"}
        assert not set('<>:"/\\|?*') & set(folder.name)
        assert len(os.fsencode(folder.name)) <= 255
        assert_harmless_output(folder.name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["区级汇总表.xlsx", "备份", TOWNS, "退回修改"]


def test_payloads_in_the_bureaus_own_columns_stay_text(tmp_path: Path) -> None:
    """Fails without: texts written as shared strings; what `save_workbook` keeps a text."""
    book, forms = tmp_path / "附件2.xlsx", tmp_path / "登记表"
    columns = (
        OwnColumn(name="技术路线", source="技术路线"),
        OwnColumn(name="奖项类别", kind="list", source="奖项类别", choices=("=1+1", "质量奖")),
    )
    book.write_bytes(summary_bytes(Notice(columns=columns)))
    shutil.copyfile(book, tmp_path / "before.xlsx")
    forms.mkdir()
    for n, payload in enumerate(PAYLOADS.values()):
        words = re.sub(r"[\x00-\x08\x0b-\x1f]", "", payload)
        rows = [("项目名称", f"第{n}项"), ("填报单位", "甲公司"), ("质量攻关目标", "降")]
        form = xlsxwriter.Workbook(
            str(forms / f"{n:02}.xlsx"), {"strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = form.add_worksheet("登记表")
        for line, (label, text) in enumerate([*rows, ("技术路线", words), ("奖项类别", words)]):
            sheet.write_row(line, 0, [label, text])
        form.close()
    api.pull(book, forms)
    api.validate(book, forms)
    assert_only_text(book, tmp_path / "before.xlsx")
    held = [v for row in read_grids(book).sheet("汇总表").rows for v in row if isinstance(v, str)]
    assert "+1+1" in held
    assert "=cmd|'/c calc'!A1" in held


def test_what_is_typed_into_the_settings_stays_text_in_new_workbooks(tmp_path: Path) -> None:
    """Fails without: the look for formulas in `save_workbook`, before a name from 参数 becomes one."""
    notice = Notice(
        district="=1+1", office="=1+1局", title="=1+1{year}", levels=(Code(label="=1+1级"),),
        units=(Code(label="=1+1镇"),), columns=(OwnColumn(name="=1+1栏", source="=1+1栏"),),
    )  # fmt: skip
    for name, data in {
        "附件2.xlsx": summary_bytes(notice),
        "区级.xlsx": district_bytes(notice),
        "附件1.xlsx": save_workbook(form_workbook(notice)),
    }.items():
        (tmp_path / name).write_bytes(data)
        assert not [e for d in parts(tmp_path / name).values() for e in re.findall(rb"<f>[^<]*1\+1[^<]*</f>", d)]
        assert any("=1+1" in str(v) for sheet in read_grids(tmp_path / name).sheets.values() for *_, v in sheet.cells())


def assert_word_acts_on_nothing(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            data = package.read(name)
            if name.endswith(".rels"):
                assert b"127.0.0.1" not in data
            elif name.endswith(".xml"):
                tags = {etree.QName(e).localname for e in etree.fromstring(data).iter() if isinstance(e.tag, str)}
                assert not tags & {"hyperlink", "object", "altChunk", "control"}
                instructions = etree.fromstring(data).iter("{*}instrText", "{*}fldSimple")
                assert not [e for e in instructions if TRACE.search(str(e.text or "") + str(e.attrib))]
