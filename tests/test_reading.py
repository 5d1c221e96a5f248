"""Files read by whatever executor: the same results in the same order, and one file that breaks a parser is one file.

Each accident here takes the whole run with it, or keeps it waiting for ever, where the reading is not in a process of
its own: with a ThreadPoolExecutor in the place of the Pool, these tests do not end.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.parsers import tallied, told, waiting
from tests.test_intake import annex1, annex2, write
from xlpy import cli
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.errors import FileError
from xlpy.intake import form_of, read_folder, read_towns
from xlpy.reading import Received, executor_for, isolated, read_alone, read_each
from xlpy.reading.isolated import Pool
from xlpy.readout import form_json

ROOT = Path(__file__).parent.parent
AFTER = "请用 Excel 或 WPS 打开确认，另存为 .xlsx 再试；还不行，请把这个文件发给维护人员"
CRASHED = f"读到一半时读取程序崩溃了，已跳过。{AFTER}"
HUNGRY = f"读它要用的内存太多，已跳过。{AFTER}"


def received(*names: str) -> list[Received]:
    return [Received(name, name) for name in names]


def outcomes(names: tuple[str, ...], pool: Pool) -> list[str]:
    """What became of each: the name as told, or the reason."""
    found = read_each(told, received(*names), pool)
    return [one.reason if isinstance(one, FileError) else one.split()[0] for one in found]


def alive(pid: int) -> bool:
    """Whether the process runs; one that is dead and waits for its parent to look does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pid: int, within: float) -> bool:
    end = time.monotonic() + within
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


# --- one file is one file -------------------------------------------------------------------------------------------


def test_a_crash_costs_one_file() -> None:
    with Pool(2) as pool:
        assert outcomes(("一", "崩溃", "二", "退出", "三"), pool) == ["一", CRASHED, "二", CRASHED, "三"]


def test_a_crash_that_comes_late_costs_no_other_file() -> None:
    """A file that takes a used process down is tried again in a fresh one."""
    with Pool(1) as pool:
        assert outcomes(("后患", "二", "三"), pool) == ["后患", "二", "三"]


def test_a_hang_in_c_code_costs_one_file() -> None:
    with Pool(1, seconds=1) as pool:
        hung = f"读了超过 1 秒还没读完，已跳过。{AFTER}"
        assert outcomes(("一", "死循环", "二"), pool) == ["一", hung, "二"]


def test_a_hang_is_not_waited_for_twice(tmp_path: Path) -> None:
    """Fails where a used process that took too long is followed by a fresh one: each such file would cost two."""
    files = [Received(str(tmp_path / name), name) for name in ("一", "挂")]
    with Pool(1, seconds=1) as pool:
        list(read_each(tallied, files, pool))
    assert (tmp_path / "挂").read_text() == "|"


def test_a_process_that_waits_for_work_is_not_taken_for_one_that_hangs() -> None:
    """Fails where the watch is not called off at the end of each file."""
    with Pool(1, seconds=1) as pool:
        first = pool.submit(told, received("一")[0]).result()
        time.sleep(1.3)
        assert pool.submit(told, received("一")[0]).result() == first


def test_a_process_that_was_hungry_goes_and_frees_what_it_took() -> None:
    """Fails without `_end`, which does not wait for the end of the pool."""
    with Pool(1, memory=2**28) as pool:
        first, _, other = read_each(told, received("一", "大", "三"), pool)
        assert isinstance(first, str)
        assert isinstance(other, str)
        assert first.split()[1] != other.split()[1]
        assert gone(int(first.split()[1]), 1)


def test_a_future_raises_what_the_function_raised() -> None:
    """Fails without the exception in `serve`: the process would end, and be called crashed."""
    with Pool(1) as pool:
        number = pool.submit(os.getpid).result()
        with pytest.raises(ValueError, match="invalid literal"):
            pool.submit(int, "x").result()
        assert pool.submit(os.getpid).result() == number


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_process_that_dies_leaves_no_image_of_its_memory() -> None:
    """Fails without RLIMIT_CORE: names and phone numbers of a form would lie about in a file."""
    from resource import RLIMIT_CORE, getrlimit

    with Pool(1) as pool:
        assert pool.submit(getrlimit, RLIMIT_CORE).result() == (0, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_process_that_died_while_it_waited_costs_no_file() -> None:
    """Fails without `suppress` around the write: nobody reads the other end of the pipe any more."""
    with Pool(1) as pool:
        number = pool.submit(os.getpid).result()
        os.kill(number, signal.SIGKILL)
        assert gone(number, 5)
        assert pool.submit(os.getpid).result() not in (number, os.getpid())


def test_a_process_that_ends_by_itself_is_no_hang() -> None:
    """Fails without the look at the clock: it ends with the same code as one that was ended for its slowness."""
    with Pool(1) as pool, pytest.raises(ChildProcessError):
        pool.submit(os._exit, 1).result()


def test_what_a_library_says_of_its_death_is_nobodys_concern(capfd: pytest.CaptureFixture[str]) -> None:
    """Fails where standard error is shared: Rust and C write there past Python, with pieces of the file."""
    with Pool(1) as pool:
        assert pool.submit(os.write, 2, b"panicked at").result() == 11
    assert capfd.readouterr() == ("", "")


def test_a_files_seconds_are_its_own() -> None:
    """Fails without _NEEDED: on a slow disk imports alone could take what one file is allowed."""
    loaded = "{'lxml.etree', 'python_calamine', 'xlpy.forms'} <= set(__import__('sys').modules)"
    with Pool(1) as pool:
        assert pool.submit(eval, loaded).result()


CUT_OFF = "import os, pickle; os.write(1, pickle.dumps(True)); os.read(0, 1); os.write(1, pickle.dumps('x' * 99)[:50])"


def test_an_answer_that_is_cut_off_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without UnpicklingError in `_receive`: a process may be ended in the midst of its answer."""
    monkeypatch.setattr(isolated, "_PROGRAM", CUT_OFF)
    with Pool(1) as pool, pytest.raises(ChildProcessError):
        pool.submit(os.getpid).result()


STRICT = """
import os, resource
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from xlpy.reading.isolated import Pool
with Pool(1) as pool:
    print(pool.submit(os.getpid).result() != os.getpid())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_stricter_limit_of_the_system_stays_in_force() -> None:
    """Fails without `suppress` in `limit_memory`: no worker would start, and files be read in this process."""
    done = subprocess.run([sys.executable, "-c", STRICT], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_file_alone_is_read_apart_too() -> None:
    """As a worksheet function reads, in the server that every open workbook shares."""
    assert read_alone(told, received("一")[0]).split()[0] == "一"
    for name in ("崩溃", "退出"):
        with pytest.raises(FileError) as told_of:
            read_alone(told, received(name)[0])
        assert told_of.value.reason == CRASHED
    assert read_alone(told, received("二")[0]).split()[0] == "二"


def test_hunger_costs_one_file() -> None:
    """At once, or bit by bit; the machine's memory is never touched beyond the limit."""
    with Pool(1, memory=2**28) as pool:
        assert outcomes(("一", "大", "二", "撑", "三"), pool) == ["一", HUNGRY, "二", HUNGRY, "三"]


def test_windows_is_asked_for_the_limit_before_the_process_comes_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a stand-in of pywin32 that knows the names and shapes of its documentation. Fails without `limit_memory`."""
    asked: list[tuple[object, ...]] = []
    job, kind = object(), 9
    win32job = SimpleNamespace(
        JobObjectExtendedLimitInformation=kind,
        JOB_OBJECT_LIMIT_PROCESS_MEMORY=0x100,
        CreateJobObject=lambda security, name: job,
        QueryInformationJobObject=lambda of, what: {
            "BasicLimitInformation": {"LimitFlags": 2},
            "ProcessMemoryLimit": 0,
        },
        SetInformationJobObject=lambda *given: asked.append(given),
        AssignProcessToJobObject=lambda *given: asked.append(given),
    )
    monkeypatch.setitem(sys.modules, "win32job", win32job)
    monkeypatch.setitem(sys.modules, "win32api", SimpleNamespace(GetCurrentProcess=lambda: -1))
    monkeypatch.setattr(sys, "platform", "win32")
    isolated.limit_memory(2**28)
    limits = {"BasicLimitInformation": {"LimitFlags": 0x102}, "ProcessMemoryLimit": 2**28}
    assert asked == [(job, kind, limits), (job, -1)]


@pytest.mark.parametrize("missing", ["win32job", "win32api"])
def test_without_the_limit_files_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setattr(sys, "platform", "win32")
    isolated.limit_memory(2**28)


def test_a_fault_of_our_own_costs_one_file_and_is_owned() -> None:
    fault = f"读的时候程序内部出错（KeyError），已跳过。{AFTER}"
    with Pool(1) as pool:
        assert outcomes(("异常", "一", "不是"), pool) == [fault, "一", "不是登记表。请换一份"]


def test_a_worker_serves_on_and_what_a_library_prints_is_no_answer() -> None:
    with Pool(1) as pool:
        found = list(read_each(told, received("一", "二", "不是", "三"), pool))
    (number,) = {one.split()[1] for one in found if isinstance(one, str)}
    assert number != str(os.getpid())


def test_where_no_process_can_be_started_this_one_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("/there/is/no/python", "/bin/false"):  # not found; ends before it is ready
        monkeypatch.setattr(sys, "executable", program)
        with Pool(1) as pool:
            (found,) = read_each(told, received("一"), pool)
        assert found == f"一 {os.getpid()}"


def test_more_workers_only_for_many_files() -> None:
    with executor_for(received("一")) as few, executor_for(received("一") * 10_000) as many:
        assert isinstance(few, Pool)
        assert isinstance(many, Pool)
        assert few._max_workers == 1
        assert many._max_workers == len(os.sched_getaffinity(0))


def test_files_are_handed_out_a_bounded_number_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlpy.reading._AHEAD", 3)
    asked = []

    def files() -> Iterator[Received]:
        for n in range(10):
            asked.append(n)
            yield Received(str(n), str(n))

    with ThreadPoolExecutor(1) as executor:
        results = read_each(told, files(), executor)
        assert next(results) == f"0 {os.getpid()}"
        assert asked == [0, 1, 2]
        next(results)
        assert asked == [0, 1, 2, 3]


# --- nothing is left running ----------------------------------------------------------------------------------------


def reader_in(path: Path) -> int:
    """The process that says in the file that it reads it."""
    while not (path.exists() and path.read_text()):
        time.sleep(0.02)
    return int(path.read_text())


def test_leaving_a_pool_ends_what_is_under_way(tmp_path: Path) -> None:
    path = tmp_path / "一"
    with Pool(1) as pool:
        pool.submit(waiting, Received(str(path), "一"))
        pid = reader_in(path)
        assert alive(pid)
    assert gone(pid, 1)


def test_leaving_a_pool_starts_nothing_anew(tmp_path: Path) -> None:
    """Fails without `_closed`: what a used process was at would be begun again by a fresh one, which nobody ends."""
    path = tmp_path / "一"
    with Pool(1, seconds=5) as pool:
        pool.submit(os.getpid).result()
        pool.submit(waiting, Received(str(path), "一"))
        pid = reader_in(path)
    assert gone(pid, 1)
    assert path.read_text() == str(pid)


def test_what_is_not_read_yet_is_left_when_the_caller_stops() -> None:
    """Fails where `read_each` does not call off the rest: an interrupted run would read on to the end."""
    read: list[str] = []

    def slow(file: Received) -> str:
        read.append(file.name)
        time.sleep(0.05)
        return file.name

    with ThreadPoolExecutor(1) as executor:
        results = read_each(slow, received(*map(str, range(50))), executor)
        assert next(results) == "0"
        results.close()  # type: ignore[attr-defined]
    assert len(read) < 10


def test_a_process_whose_parent_is_gone_ends_in_peace() -> None:
    """It sees the end of its standard input. Fails without the exception in `serve`."""
    process = isolated._Process(5, 2**30)
    assert process.do(os.getpid, (), {}) != os.getpid()
    assert process._process.stdin
    process._process.stdin.close()
    assert process._process.wait(5) == 0
    process.bury()


WAITING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts the tests in the background ignores it
from xlpy.reading import Received, read_each
from xlpy.reading.isolated import Pool
from tests.parsers import waiting
with Pool(1, seconds=3) as pool:
    try:
        list(read_each(waiting, [Received({path!r}, "一")], pool))
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("sent", "says"), [(signal.SIGINT, "interrupted\n"), (signal.SIGTERM, ""), (signal.SIGKILL, "")]
)
def test_no_worker_outlives_ctrl_c_or_the_death_of_its_parent(tmp_path: Path, sent: signal.Signals, says: str) -> None:
    """Ctrl+C goes to every process of the terminal. A parent that is killed can end nobody: its worker ends itself.

    Fails without SIG_IGN in the worker and the kill in `shutdown`, and without the watch.
    """
    path = tmp_path / "一"
    command = [sys.executable, "-c", WAITING.format(path=str(path))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as parent:
        pid = reader_in(path)
        if sent == signal.SIGINT:
            os.killpg(parent.pid, sent)
        else:
            parent.send_signal(sent)
        assert parent.communicate(timeout=30)[0] == says
    assert gone(pid, 1 if sent == signal.SIGINT else 6)


def test_a_script_without_a_guard_runs_once(tmp_path: Path) -> None:
    """A pool of multiprocessing imports the caller's script in every worker, and so runs it again."""
    write(tmp_path / "登记表" / "一.xlsx", annex1("降噪"))
    script = tmp_path / "script.py"
    script.write_text("import xlpy\nprint(len(xlpy.read_folder('登记表').forms))\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_a_process_that_was_prepared_is_the_first_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "_prepared", [])
    isolated.prepare()
    isolated.prepare()
    (prepared,) = isolated._prepared
    with Pool(1) as pool:
        (found,) = read_each(told, received("一"), pool)
    assert found == f"一 {prepared._process.pid}"
    assert isolated._prepared == []


def test_where_none_can_be_prepared_the_pool_finds_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `suppress` in `prepare`."""
    monkeypatch.setattr(isolated, "_prepared", [])
    monkeypatch.setattr(sys, "executable", "/there/is/no/python")
    isolated.prepare()
    assert isolated._prepared == []


def test_a_process_that_was_prepared_and_died_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `alive`: the first file would be read in this process."""
    monkeypatch.setattr(isolated, "_prepared", [])
    isolated.prepare()
    (prepared,) = isolated._prepared
    prepared.kill()
    prepared.bury()
    with Pool(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()


def test_a_process_that_was_prepared_with_other_limits_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the comparison of limits in `_from_prepared`."""
    monkeypatch.setattr(isolated, "_prepared", [])
    isolated.prepare()
    (prepared,) = isolated._prepared
    with Pool(1, seconds=7) as pool:
        assert pool.submit(os.getpid).result() != prepared._process.pid
    prepared.kill()
    prepared.bury()


# --- a parser that breaks, in the commands --------------------------------------------------------------------------

BROKEN = '''
"""Calamine, but for files in which somebody wrote what is fatal to it."""
import importlib.util, os, re, sys
here = os.path.dirname(os.path.dirname(__file__))
spec = importlib.util.find_spec("python_calamine")
sys.path.remove(here)
del sys.modules["python_calamine"]
import python_calamine as real
from python_calamine import *
SheetTypeEnum, SheetVisibleEnum = real.SheetTypeEnum, real.SheetVisibleEnum

class CalamineWorkbook:
    @staticmethod
    def from_filelike(file):
        if b"CRASH" in file.getvalue():
            os.abort()
        if b"HANG" in file.getvalue():
            re.match("(a|a)+b", "a" * 64)
        return real.CalamineWorkbook.from_filelike(file)

sys.modules["python_calamine"] = sys.modules[__name__] = type(sys)("python_calamine")
vars(sys.modules["python_calamine"]).update(vars(real), CalamineWorkbook=CalamineWorkbook)
'''


@pytest.fixture
def broken_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workers find another calamine first, which some files crash and others hang; this process has its own."""
    import python_calamine  # noqa: F401

    package = tmp_path / "broken" / "python_calamine"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(BROKEN, "utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setattr(isolated, "_prepared", [])


def fatal(path: Path, word: bytes) -> None:
    with zipfile.ZipFile(path, "a") as package:
        package.comment = word


def test_folders_are_read_past_files_that_break_the_parser(tmp_path: Path, broken_parser: None) -> None:
    for n, name in enumerate(("一", "二", "三", "四"), 1):
        write(tmp_path / "收" / f"{n}{name}.xlsx", annex1(name))
    fatal(tmp_path / "收" / "2二.xlsx", b"CRASH")
    fatal(tmp_path / "收" / "3三.xlsx", b"HANG")
    with Pool(1, seconds=4) as pool:
        intake = read_folder(tmp_path / "收", tmp_path / "附件2.xlsx", executor=pool)
        towns = read_towns(tmp_path / "收", tmp_path / "区级.xlsx", executor=pool)
    assert [form.project_name.value for form in intake.forms] == ["一", "四"]
    assert [(s.file, s.reason) for s in intake.skipped] == [
        ("收/2二.xlsx", CRASHED),
        ("收/3三.xlsx", f"读了超过 4 秒还没读完，已跳过。{AFTER}"),
    ]
    assert ([f.file for f in towns.forms], towns.skipped) == ([f.file for f in intake.forms], intake.skipped)


def test_the_commands_pass_a_file_that_crashes_the_parser(
    tmp_path: Path, broken_parser: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """With no executor given: this is how a clerk's run goes."""
    for name in ("一", "二", "三"):
        write(tmp_path / "收" / f"{name}.xlsx", annex1(name))
    fatal(tmp_path / "收" / "二.xlsx", b"CRASH")
    book = tmp_path / "附件2.xlsx"
    book.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    assert cli.main(["pull", str(book), "--forms", str(tmp_path / "收"), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["rows"], report["skipped"]) == (2, [{"file": "收/二.xlsx", "reason": CRASHED}])

    files = [str(tmp_path / "收" / f"{name}.xlsx") for name in ("一", "二", "三")]
    assert cli.main(["read", *files, "--json"]) == 2
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["file"] for line in lines] == files
    assert [line.get("error") for line in lines] == [None, CRASHED, None]
    assert err == f"二.xlsx：{CRASHED}\n"


# --- the same by any executor ---------------------------------------------------------------------------------------


def all_kinds(folder: Path) -> Path:
    """Forms and tables of every kind, and files that are none."""
    for n in range(12):
        kind = ("xlsx", "xls", "ods", "docx")[n % 4]
        write(folder / f"安亭镇{n}" / f"登记表{n}.{kind}", {"登记表": annex1(f"项目{n}", by="安亭镇")})
        write(folder / f"安亭镇{n}" / f"附件2.{kind}", annex2("安亭镇", f"项目{n}", "降噪"))
    write(folder / "名单.xlsx", [["姓名", "电话"], ["张三", "13800001111"]])
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 not a zip at all")
    (folder / "空.docx").write_bytes(b"")
    return folder


def as_json(folder: Path, executor: ThreadPoolExecutor | None) -> tuple[str, ...]:
    """All that the two ways to read a folder give, and what `xlpy read` prints of its files."""
    base = folder.parent / "汇总.xlsx"
    forms = read_folder(folder, base, executor=executor)
    towns = read_towns(folder, base, executor=executor)
    each = [json.dumps(form_json(form, []), ensure_ascii=False) for form in (*forms.forms, *towns.forms)]
    return forms.model_dump_json(), towns.model_dump_json(), *each


def test_results_are_the_same_to_the_byte_in_this_process_and_in_pools(tmp_path: Path) -> None:
    folder = all_kinds(tmp_path / "收")
    with ThreadPoolExecutor(1) as here:
        expected = as_json(folder, here)
    assert len(expected) == 26
    assert as_json(folder, None) == expected
    with Pool(2) as pool:
        assert as_json(folder, pool) == expected


def test_progress_tells_every_file_in_order(tmp_path: Path) -> None:
    for name in ("一", "二"):
        write(tmp_path / "收" / f"{name}.xlsx", annex1(name))
    told: list[tuple[int, int, str]] = []
    read_folder(tmp_path / "收", progress=lambda *step: told.append(step))
    assert told == [(0, 2, "一.xlsx"), (1, 2, "二.xlsx"), (2, 2, "")]


def test_threads_of_a_pool_are_gone_with_it() -> None:
    before = set(threading.enumerate())
    with Pool(2) as pool:
        list(read_each(told, received("一", "二"), pool))
    assert set(threading.enumerate()) == before
    assert pickle.dumps(partial(form_of, columns=()))  # what is sent to a worker can be sent
