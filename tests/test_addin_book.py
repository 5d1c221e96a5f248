"""The add-in as built: its VBA, its package, its ribbon, each judged by somebody else's reader."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import olefile  # type: ignore[import-untyped]
import pytest

import xlpy.macros
from xlpy.authoring import ADDIN_SOURCES, ADDIN_XLAM, root
from xlpy.authoring.addin_book import addin_bytes, addin_modules, missing_callbacks
from xlpy.authoring.package import parts
from xlpy.authoring.vba_project import vba_project, vba_source

SOURCES = root() / ADDIN_SOURCES
NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"


@pytest.fixture(scope="module")
def modules() -> dict[str, str]:
    return addin_modules(SOURCES, "质量攻关.xlam")


@pytest.fixture(scope="module")
def content() -> dict[str, bytes]:
    return parts((root() / ADDIN_XLAM).read_bytes())


@pytest.fixture(scope="module")
def ribbon() -> ElementTree.Element:
    return ElementTree.parse(SOURCES / "customUI14.xml").getroot()


def buttons(ribbon: ElementTree.Element) -> list[ElementTree.Element]:
    return list(ribbon.iter(f"{{{NAMESPACE}}}button"))


def test_two_builds_are_the_shipped_file_byte_for_byte() -> None:
    shipped = (root() / ADDIN_XLAM).read_bytes()
    assert addin_bytes(SOURCES, "质量攻关.xlam") == shipped
    assert addin_bytes(SOURCES, "质量攻关.xlam") == shipped


# --- VBA ----------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # oletools calls pyparsing by its old names
def test_olevba_gives_the_sources_back_byte_for_byte(modules: dict[str, str]) -> None:
    from oletools.olevba import VBA_Parser  # type: ignore[import-untyped]

    read = {}
    parser = VBA_Parser(str(root() / ADDIN_XLAM))
    try:
        for _, stream, _, source in parser.extract_macros():
            read[stream.rpartition("/")[2]] = source
    finally:
        parser.close()
    ours = {name: read.pop(name) for name in modules}
    assert ours == modules
    assert sorted(read) == ["Sheet1", "ThisWorkbook"]
    assert all(line.startswith("Attribute ") for source in read.values() for line in source.splitlines())


def test_the_sources_in_the_checkout_are_what_is_built(modules: dict[str, str]) -> None:
    assert modules["Ribbon"].encode() == (SOURCES / "Ribbon.bas").read_bytes().replace(b"\n", b"\r\n")
    assert list(modules) == ["xlwings", "Ribbon", "xlwings_udfs"]


def test_olefile_finds_no_defect(content: dict[str, bytes]) -> None:
    with olefile.OleFileIO(content["xl/vbaProject.bin"], raise_defects=olefile.DEFECT_UNSURE) as ole:
        assert not ole.parsing_issues
        streams = {"/".join(entry) for entry in ole.listdir()}
        assert streams == {
            "PROJECT",
            "PROJECTwm",
            *(f"VBA/{name}" for name in ("_VBA_PROJECT", "dir", "ThisWorkbook", "Sheet1", "xlwings", "Ribbon")),
            "VBA/xlwings_udfs",
        }
        # [MS-OVBA] 2.3.4.1: a writer leaves no compiled code behind
        assert ole.openstream("VBA/_VBA_PROJECT").read() == bytes.fromhex("cc61ffff000000")
        project = ole.openstream("PROJECT").read().decode("ascii")
    assert 'Name="XlpyAddin"\r\n' in project
    assert re.findall(r"(?m)^(Document|Module)=(\w+)", project) == [
        ("Document", "ThisWorkbook"),
        ("Document", "Sheet1"),
        ("Module", "xlwings"),
        ("Module", "Ribbon"),
        ("Module", "xlwings_udfs"),
    ]


def test_every_worksheet_function_has_its_wrapper(modules: dict[str, str]) -> None:
    declared = re.findall(r"(?m)^Function (\w+)\((.*)\)\r$", modules["xlwings_udfs"])
    assert dict(declared) == {
        "QC_AMOUNT": "text",
        "QC_BENEFIT": "before, after, Optional settings",
        "QC_CHECK": "row, Optional settings",
        "QC_CREDIT": "code",
        "QC_FORM": "path, field",
        "QC_MONTH": "text",
        "QC_SIZE": "industry, Optional staff, Optional revenue, Optional assets",
    }
    assert modules["xlwings_udfs"].count('XLPy.CallUDF("xlpy.functions", ') == 2 * len(declared)  # Excel and others
    assert "ActiveWorkbook" in modules["xlwings_udfs"]


def test_wrappers_depend_on_no_order_of_hashing() -> None:
    texts = {
        subprocess.run(
            [sys.executable, "-m", "xlpy.authoring.vba_wrappers", "a.xlam"],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root())},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


def test_a_received_workbook_decides_nothing(modules: dict[str, str]) -> None:
    """Which Python runs, and what is imported, never comes from the active workbook or its folder."""
    source = modules["xlwings"]
    assert 'PROJECT_NAME As String = "xlpy"' in source
    config = source[source.index("Function GetConfig(") : source.index("Function SaveConfigToFile(")]
    assert "If False Then\r\n                If GetConfigFromSheet(ActiveWorkbook)" in config
    assert "If False Then\r\n                If GetConfigFromFile(GetDirectoryConfigFilePath()" in config
    run = source[source.index("Public Function RunPython(") : source.index("Sub ExecuteMac(")]
    assert '".py"' not in run


@pytest.mark.parametrize("name", ["RunPython", "RunFrozenPython", "ExecuteWindows", "SaveConfigToFile", "ReadFile"])
def test_functions_that_a_cell_must_not_call_ask_first(modules: dict[str, str], name: str) -> None:
    """Their first statement; each on its own, since one of them starts Python in two ways."""
    signature = rf"Function {name}\((?:[^\r\n]* _\r\n)*[^\r\n]*\r\n"
    assert re.search(signature + r" +If Not Clicked\(\) Then Exit Function ", modules["xlwings"])


def test_source_that_vba_cannot_hold_is_refused() -> None:
    assert vba_source("a\nb\r\n\n", "m") == "a\r\nb\r\n"
    with pytest.raises(ValueError, match=r"^m:2: VBA source must be ASCII$"):
        vba_source("a\n' 质量\n", "m")
    with pytest.raises(ValueError, match=r"^m:1: a line of VBA has at most 1023 characters$"):
        vba_source("x" * 1024, "m")


def test_the_project_is_made_of_its_modules_only() -> None:
    one = vba_project("One", {"A": vba_source('Attribute VB_Name = "A"\nSub S()\nEnd Sub\n', "A")})
    assert one == vba_project("One", {"A": vba_source('Attribute VB_Name = "A"\nSub S()\nEnd Sub\n', "A")})
    assert one != vba_project("One", {"A": vba_source('Attribute VB_Name = "A"\nSub T()\nEnd Sub\n', "A")})


# --- the package --------------------------------------------------------------------------------------------------


def test_the_audit_finds_nothing() -> None:
    from openxml_audit import OpenXmlValidator

    found = OpenXmlValidator(max_errors=10_000).validate(str(root() / ADDIN_XLAM)).errors
    assert [str(error) for error in found] == []


def test_the_package_says_it_is_an_addin_with_a_ribbon(content: dict[str, bytes]) -> None:
    types = content["[Content_Types].xml"].decode()
    assert 'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.addin.macroEnabled.main+xml"' in types
    assert 'Extension="bin" ContentType="application/vnd.ms-office.vbaProject"' in types
    assert (
        'Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
        'Target="customUI/customUI14.xml"' in content["_rels/.rels"].decode()
    )
    assert content["customUI/customUI14.xml"] == (SOURCES / "customUI14.xml").read_bytes()


def test_the_settings_sheet_holds_what_is_the_same_on_every_pc() -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO((root() / ADDIN_XLAM).read_bytes()))
    rows = {str(key): value for key, value in book.get_sheet_by_name("xlpy.conf").to_python()}
    assert rows["ADD_WORKBOOK_TO_PYTHONPATH"] == "false"
    assert rows["UDF MODULES"] == "xlpy.functions"
    assert rows["TEXT NO PYTHON"] == "找不到 Python。请让信息人员在这台电脑上运行：xlpy addin install"
    assert all(key == key.upper() for key in rows)  # xlwings compares them so
    assert not {"INTERPRETER_WIN", "INTERPRETER", "USE UDF SERVER"} & set(rows)  # they would win over the user's own


def test_every_message_of_the_ribbon_stands_on_the_sheet(modules: dict[str, str], content: dict[str, bytes]) -> None:
    named = set(re.findall(r'"(TEXT [A-Z ]+)"', modules["Ribbon"]))
    assert len(named) == 5
    assert all(f">{name}<" in content["xl/sharedStrings.xml"].decode() for name in named)


# --- the ribbon ---------------------------------------------------------------------------------------------------


def test_the_buttons(ribbon: ElementTree.Element) -> None:
    shown = {
        group.get("label"): [(button.get("label"), button.get("tag")) for button in buttons(group)]
        for group in ribbon.iter(f"{{{NAMESPACE}}}group")
    }
    assert [tab.get("label") for tab in ribbon.iter(f"{{{NAMESPACE}}}tab")] == ["质量攻关"]
    assert shown == {
        "街镇": [
            ("导入登记表", "pull"),
            ("校验", "validate"),
            ("合计", "total"),
            ("清除标记", "clear_marks"),
            ("撤销上一步", "undo"),
            ("打开校验结果", "open_results"),
        ],
        "区局": [
            ("合并街镇汇总表", "consolidate"),
            ("退回修改", "send_back"),
            ("应用参数", "apply"),
            ("新建一套表", "new_set"),
        ],
        "帮助": [("环境自检", "doctor"), ("帮助", "help")],
    }


def test_every_tag_is_a_command_of_the_macros(ribbon: ElementTree.Element) -> None:
    """The tag goes into Python source, so it has to be a plain name, and that of a function."""
    for button in buttons(ribbon):
        tag = button.get("tag", "")
        assert re.fullmatch("[a-z_]+", tag)
        assert callable(getattr(xlpy.macros, tag, None)), f"xlpy.macros has no {tag}"


def test_every_button_is_explained(ribbon: ElementTree.Element) -> None:
    for button in buttons(ribbon):
        assert button.get("screentip")
        assert button.get("supertip", "").endswith("。")
        assert len(button.get("supertip", "")) <= 1024  # Excel's limit
        assert not re.search("[a-z]{2,}", button.get("supertip", "").replace("Ctrl", "").replace("Excel", "")
                             .replace("Python", ""))  # fmt: skip


def test_a_callback_without_its_sub_is_noticed(modules: dict[str, str]) -> None:
    xml = (SOURCES / "customUI14.xml").read_text("utf-8")
    assert missing_callbacks(xml, modules) == []
    assert missing_callbacks('<a onLoad="Ribbon.Nothing"/>', modules) == ["Ribbon.Nothing"]
    assert missing_callbacks('<a getLabel="Elsewhere.OnButton"/>', modules) == ["Elsewhere.OnButton"]
    assert missing_callbacks('<a onAction="Ribbon.Hindrance"/>', modules) == ["Ribbon.Hindrance"]  # a Function


def schema() -> dict[str, Any]:
    """Microsoft's schema of customUI14, as openxml-audit carries it: type name → type."""
    spec = importlib.util.find_spec("openxml_audit")
    assert spec is not None
    assert spec.submodule_search_locations
    name = "data/openxml/schemas/schemas_microsoft_com_office_2009_07_customui.json"
    types = json.loads((Path(spec.submodule_search_locations[0]) / name).read_text("utf-8"))["Types"]
    return {one["Name"]: one for one in types}


def faults(element: ElementTree.Element, kind: dict[str, Any], types: dict[str, Any]) -> list[str]:
    """What Excel would refuse the ribbon for: openxml-audit itself does not look into this part."""
    name = element.tag.rpartition("}")[2]
    known = {attribute["QName"].rpartition(":")[2] for attribute in kind.get("Attributes", ())}
    found = [f"<{name}> has no attribute {attribute}" for attribute in element.attrib if attribute not in known]
    if "id" in known and sum(one in element.attrib for one in ("id", "idQ", "idMso")) != 1:
        found.append(f"<{name}> needs one id")
    if sum(one in element.attrib for one in ("image", "imageMso", "getImage")) > 1:
        found.append(f"<{name}> has two images")
    children = {child["Name"].rpartition(":")[2]: types[child["Name"]] for child in kind.get("Children", ())
                if child["Name"] in types}  # fmt: skip
    for child in element:
        inner = child.tag.rpartition("}")[2]
        found += faults(child, children[inner], types) if inner in children else [f"<{inner}> not in <{name}>"]
    return found


def test_the_ribbon_follows_its_schema(ribbon: ElementTree.Element) -> None:
    types = schema()
    top = next(kind for name, kind in types.items() if name.endswith("mso14:customUI"))
    assert ribbon.tag == f"{{{NAMESPACE}}}customUI"
    assert faults(ribbon, top, types) == []
    ids = Counter(element.get("id") for element in ribbon.iter() if "id" in element.attrib)
    assert max(ids.values()) == 1
    assert all(button.get("imageMso") for button in buttons(ribbon))


def test_the_schema_check_can_fail(ribbon: ElementTree.Element) -> None:
    types = schema()
    top = next(kind for name, kind in types.items() if name.endswith("mso14:customUI"))
    text = ElementTree.tostring(ribbon, encoding="unicode")
    for old, new, fault in (
        ("screentip=", "screenTip=", "<button> has no attribute screenTip"),
        ('imageMso="Undo"', 'imageMso="Undo" image="x"', "<button> has two images"),
        ('id="xlpyUndo" ', "", "<button> needs one id"),
    ):
        assert faults(ElementTree.fromstring(text.replace(old, new, 1)), top, types) == [fault]


# --- LibreOffice --------------------------------------------------------------------------------------------------


@pytest.mark.libreoffice
def test_libreoffice_loads_the_project(tmp_path: Path, modules: dict[str, str]) -> None:
    """It reads every module of the project, and saves it as Basic libraries."""
    (tmp_path / "a.xlam").write_bytes((root() / ADDIN_XLAM).read_bytes())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--infilter=Calc MS Excel 2007 VBA XML", "--convert-to", "ods"]
    subprocess.run([*command, "--outdir", str(tmp_path), "a.xlam"], cwd=tmp_path, check=True, capture_output=True,
                   timeout=120)  # fmt: skip
    with zipfile.ZipFile(io.BytesIO((tmp_path / "a.ods").read_bytes())) as package:
        read = {
            Path(name).stem: package.read(name).decode() for name in package.namelist() if name.startswith("Basic/")
        }
    assert set(modules) <= set(read)
    assert "Sub OnButton(control As IRibbonControl)" in read["Ribbon"]
    assert "Function RunPython(PythonCommand As String)" in read["xlwings"]
    assert "Function QC_CHECK(row, Optional settings)" in read["xlwings_udfs"]
