"""The demo's folder, made once per run; tests that change it copy it first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from xlpy.demo import first_day, make_folder, receive, second_day, work
from xlpy.files import read_grids
from xlpy.grids import Snapshot
from xlpy.report import Report

collect_ignore = ["fuzz/targets.py"]  # instruments what it imports, and needs atheris


class Demo:
    """A demo folder after its whole job."""

    def __init__(self, folder: Path, report: Report, totals: Report) -> None:
        from xlpy.demo import FORMS, WORKBOOK

        self.folder, self.report, self.totals = folder, report, totals
        self.workbook, self.forms = folder / WORKBOOK, folder / FORMS


@pytest.fixture(scope="session")
def finished_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo done; not to be changed."""
    folder = tmp_path_factory.mktemp("demo") / "演示"
    make_folder(folder)
    return Demo(folder, *work(folder))


@pytest.fixture
def demo(finished_demo: Demo, tmp_path: Path) -> Demo:
    """A copy of the finished demo, to be changed at will."""
    folder = tmp_path / "演示"
    shutil.copytree(finished_demo.folder, folder)
    return Demo(folder, finished_demo.report, finished_demo.totals)


class DistrictDemo:
    """A demo folder after the bureau's two days: the reports of both, and the district workbook after each."""

    def __init__(self, folder: Path) -> None:
        from xlpy.demo import DISTRICT, TOWNS

        self.folder, self.workbook, self.towns = folder, folder / DISTRICT, folder / TOWNS
        receive(folder)
        self.first = first_day(folder)
        self.between: Snapshot = read_grids(self.workbook)
        self.second = second_day(folder)
        self.after: Snapshot = read_grids(self.workbook)


@pytest.fixture(scope="session")
def district_demo(finished_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> DistrictDemo:
    """The demo's second act done; not to be changed."""
    folder = tmp_path_factory.mktemp("district") / "演示"
    shutil.copytree(finished_demo.folder, folder)
    return DistrictDemo(folder)


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """A file as LibreOffice writes it in another format (pdf, fods, …), in a folder of its own."""
    import subprocess

    profile = tmp_path_factory.mktemp("libreoffice")

    def convert(path: Path, suffix: str) -> Path:
        out = tmp_path_factory.mktemp(suffix)
        command = ["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", suffix]
        subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=180)
        (made,) = out.glob(f"*.{suffix}")
        return made

    return convert


@pytest.fixture(scope="session")
def as_pdf_text(converted: Callable[[Path, str], Path]) -> Callable[[Path], str]:
    """LibreOffice's PDF of a file, as text."""
    import subprocess

    def text(path: Path) -> str:
        pdf = converted(path, "pdf")
        return subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True, timeout=60
        ).stdout

    return text
