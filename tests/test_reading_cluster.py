"""A real Dask scheduler and real workers on this machine: the same results to the byte, whoever is lost on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.districts import project
from tests.parsers import taking_its_time, told
from tests.test_intake import annex1, write
from tests.test_reading import CRASHED, all_kinds, as_json, received
from tests.town_files import district_file, town_file
from xlpy import cli
from xlpy.api import consolidate, roll_up, this_run
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.errors import CannotRun, FileError
from xlpy.models import Form
from xlpy.reading import Received, read_each
from xlpy.reading.cluster import Cluster

ROOT = Path(__file__).parent.parent


class Machines(NamedTuple):
    """A scheduler's address, and the workers, each a process that nobody starts again."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """One scheduler and two workers, which do not see the test's folder as their own."""
    contact = tmp_path / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "dask"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        words = [*command, *arguments, "--scheduler-file", str(contact), "--no-dashboard"]
        process = subprocess.Popen(
            words, cwd=elsewhere, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        started.append(process)
        return process

    try:
        scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0")
        workers = [start("worker", "--no-nanny", "--nthreads", "1") for _ in range(2)]
        while not contact.exists():
            time.sleep(0.05)
        yield Machines(json.loads(contact.read_text())["address"], scheduler, workers)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def test_a_cluster_gives_what_one_process_gives_to_the_byte(tmp_path: Path, machines: Machines) -> None:
    folder = all_kinds(tmp_path / "收")
    with ThreadPoolExecutor(1) as here:
        expected = as_json(folder, here)
    with Cluster(machines.address) as cluster:
        assert as_json(folder, cluster) == expected


def test_a_worker_lost_in_the_midst_changes_nothing(tmp_path: Path, machines: Machines) -> None:
    """The worker is killed when a fifth is done: what it had read and what it was at is read again by the other."""
    files = []
    for n in range(60):
        path = write(tmp_path / f"{n}.xlsx", annex1(f"项目{n}"))
        files.append(Received(str(path), path.name))

    def as_lines(executor: Cluster | ThreadPoolExecutor, lose: subprocess.Popen[bytes] | None = None) -> list[str]:
        lines = []
        for found in read_each(taking_its_time, files, executor):
            assert isinstance(found, Form)
            lines.append(found.model_dump_json())
            if lose and len(lines) == 12:
                lose.kill()
        return lines

    with ThreadPoolExecutor(4) as here:
        expected = as_lines(here)
    with Cluster(machines.address) as cluster:
        while len(cluster._client.nthreads()) < 2:
            time.sleep(0.05)
        assert as_lines(cluster, machines.workers[0]) == expected
        assert len(cluster._client.nthreads()) == 1


def test_a_file_that_crashes_the_parser_takes_no_worker_with_it(machines: Machines, tmp_path: Path) -> None:
    files = []
    for name in ("一", "崩溃", "三"):
        (tmp_path / name).write_text(name)
        files.append(Received(str(tmp_path / name), name))
    with Cluster(machines.address) as cluster:
        found = list(read_each(told, [*files, *received("没有")], cluster))
    words = [one.reason if isinstance(one, FileError) else one.split()[0] for one in found]
    assert words == ["一", CRASHED, "三", "找不到这个文件。请检查文件名和路径"]
    assert [worker.poll() for worker in machines.workers] == [None, None]


def test_the_command_line_reads_on_a_cluster(
    tmp_path: Path, machines: Machines, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("一", "二"):
        write(tmp_path / "收" / f"{name}.xlsx", annex1(name))
    book = tmp_path / "附件2.xlsx"
    book.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    folder = str(tmp_path / "收")
    shown = []
    for how in ([], ["--cluster", machines.address]):
        assert cli.main(["read", f"{folder}/一.xlsx", f"{folder}/二.xlsx", "--json", *how]) == 1
        assert cli.main(["validate", str(book), "--forms", folder, "--dry-run", *how]) == 1
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    assert cli.main(["pull", str(book), "--forms", folder, "--cluster", machines.address]) == 1
    assert "附件2.xlsx：2 行" in capsys.readouterr().out


def test_a_cluster_rolls_up_districts(tmp_path: Path, machines: Machines) -> None:
    """They are validated there too, own checks included."""
    found = []
    for n in (1, 2):
        folder = tmp_path / "各区" / f"{n}区"
        folder.mkdir(parents=True)
        towns = tmp_path / f"街镇{n}"
        town_file(towns / "安亭镇" / "附件2.xlsx", "安亭镇", project(f"{n}号设备降噪"))
        consolidate(district_file(folder), towns)
    with Cluster(machines.address) as cluster:
        for executor in (None, cluster):
            out = tmp_path / "全市.xlsx"
            result = roll_up(out, tmp_path / "各区", run=this_run(), executor=executor)
            found.append(result.model_dump_json())
            out.unlink()
    assert found[0] == found[1]
    assert json.loads(found[0])["lines"][0]["districts"] == 2


def test_a_cluster_that_is_not_there_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("xlpy.reading.cluster._PATIENCE", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        assert cli.main(["read", "一.xlsx", "--cluster", address]) == 2
        wanted = "请确认 dask scheduler 和 dask worker 已经启动，地址写成 tcp://机器:8786"
        assert capsys.readouterr().err == f"连不上集群“{address}”。{wanted}\n"


@pytest.mark.parametrize("address", ["nonsense://x", "garbage", "", "tcp://", "tls://127.0.0.1:1"])
def test_an_address_that_is_none_is_told_in_one_line_to_the_end_of_the_program(address: str) -> None:
    """Fails where a client is made first: a half-made one waits 20 s when the program ends, for a traceback."""
    program = [sys.executable, "-m", "xlpy.cli", "read", "一.xlsx", "--cluster", address]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60)
    wanted = "请确认 dask scheduler 和 dask worker 已经启动，地址写成 tcp://机器:8786"
    assert (done.returncode, done.stderr) == (2, f"连不上集群“{address}”。{wanted}\n")


def test_a_cluster_that_goes_away_is_told_in_one_line(tmp_path: Path, machines: Machines) -> None:
    path = write(tmp_path / "一.xlsx", annex1("一"))
    files = [Received(str(path), path.name)] * 40
    with Cluster(machines.address) as cluster:
        results = read_each(taking_its_time, files, cluster)
        next(results)
        machines.scheduler.kill()
        with pytest.raises(CannotRun) as error:
            list(results)
    assert str(error.value) == "和集群的连接断了，没有读完。请确认 dask scheduler 还在运行，再运行一次"
