"""The command line at work: progress, printing, exit codes. What the commands do is in `xlpy.api`.

Exit: 0 no error flag, 1 at least one error flag, 2 could not run (one line on stderr, never a traceback).
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlpy.arguments import ERRORS, FAILED, OK, parser
from xlpy.ending import Stamps, give_up_output, last_word, stamps
from xlpy.errors import CannotRun, FileError, XlpyError, one_line, printable

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from xlpy.flags import Flag
    from xlpy.intake import Progress
    from xlpy.models import Form
    from xlpy.report import Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Whatever goes wrong is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console on code page 936 cannot show every character
            stream.reconfigure(errors="replace")
    with suppress(ValueError):  # not in the main thread: then others decide
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # who is asked to end clears away, as after Ctrl+C
    before: Stamps = {}
    try:
        options = parser().parse_args(arguments)
        before = stamps(vars(options).values())
        code = COMMANDS[options.command](options)
        if sys.stdout:
            sys.stdout.flush()
        return code
    except XlpyError as error:
        line = str(error)
    except (KeyboardInterrupt, Exception) as error:
        line = last_word(error, before)
        if isinstance(error, OSError):
            give_up_output()
    if line:
        with suppress(OSError):
            print(printable(line), file=sys.stderr)
    return FAILED


# --- commands -----------------------------------------------------------------------------------------------------


def _demo(options: argparse.Namespace) -> int:
    from xlpy.demo import run_demo

    return run_demo(Path(options.folder))


def _new(options: argparse.Namespace) -> int:
    from xlpy.api import new
    from xlpy.next_year import UnusableSettings

    try:
        made = new(options.kind, options.out, options.notice, options.year, options.deadline)
    except UnusableSettings as error:
        _print_flags(error.flags, str(options.notice))
        raise
    for path in made.files:
        _say(f"已新建 {path}")
    if made.notes:
        print("请先看一看这些参数，都在工作表“参数”“规则”里：")
    for note in made.notes:
        _say(f"  · {note}")
    if made.unfinished:
        print("“一定要改”的，请改好其中一本的“参数”，再用它（--notice）新建到另一个文件夹，然后下发")
    return OK


def _read(options: argparse.Namespace) -> int:
    _prepare(options)
    from functools import partial

    from xlpy.checks import check_form
    from xlpy.files import read_grids
    from xlpy.intake import form_of
    from xlpy.notice import Notice
    from xlpy.reading import Received, executor_for, read_each
    from xlpy.settings import read_notice

    code = OK
    notice = read_notice(read_grids(options.notice))[0] if options.notice else Notice()
    files = [Received(path, path) for path in options.forms]
    with _cluster(options.cluster) as cluster, executor_for(files, cluster) as executor:
        for form in read_each(partial(form_of, columns=notice.columns), files, executor):
            if isinstance(form, FileError):
                code = FAILED
                if options.json:
                    print(_json({"file": form.path, "error": form.reason}))
                print(form, file=sys.stderr)
            else:
                flags = check_form(form, notice)
                if any(flag.severity.level == 3 for flag in flags):
                    code = max(code, ERRORS)
                _print_form(form, flags, options.json)
    return code


def _pull(options: argparse.Namespace) -> int:
    _prepare(options)
    from xlpy.api import pull

    with _cluster(options.cluster) as cluster, _progress("读登记表") as progress:
        report = pull(options.summary, options.forms, options.dry_run, progress=progress, executor=cluster)
    return _finish(report, options)


def _validate(options: argparse.Namespace) -> int:
    if options.forms:
        _prepare(options)
    from xlpy.api import validate

    with _cluster(options.cluster) as cluster, _progress("读登记表") as progress:
        report = validate(options.summary, options.forms, options.dry_run, progress=progress, executor=cluster)
    return _finish(report, options)


def _total(options: argparse.Namespace) -> int:
    from xlpy.api import total

    return _finish(total(options.summary, options.dry_run), options)


def _apply(options: argparse.Namespace) -> int:
    from xlpy.api import apply

    return _finish(apply(options.summary, options.dry_run), options)


def _clear(options: argparse.Namespace) -> int:
    from xlpy.api import clear

    return _finish(clear(options.summary, options.dry_run), options)


def _consolidate(options: argparse.Namespace) -> int:
    _prepare(options)
    from xlpy.api import consolidate

    with _cluster(options.cluster) as cluster, _progress("读街镇材料") as progress:
        report = consolidate(options.district, options.towns, options.dry_run, progress=progress, executor=cluster)
    return _finish(report, options)


def _sendback(options: argparse.Namespace) -> int:
    from xlpy.api import send_back

    with _progress("读街镇材料") as progress:
        sent = send_back(options.district, options.towns, options.out, progress=progress)
    if options.json:
        towns = [{"town": s.town, "folder": str(s.folder), "files": [str(f) for f in s.files]} for s in sent]
        whole = {"command": "sendback", "workbook": str(options.district), "towns": towns}
        print(_json(whole, indent=1))
        return OK
    for one in sent:
        _say(f"{one.town}：{len(one.files)} 个文件，在 {one.folder}")
    print(f"做好了 {len(sent)} 个街镇的退回材料" if sent else "各街镇的材料没有要修改的，不用退回")
    return OK


def _rollup(options: argparse.Namespace) -> int:
    _prepare(options)
    from xlpy.api import roll_up

    with _cluster(options.cluster) as cluster, _progress("读区级汇总表") as progress:
        found = roll_up(options.out, options.districts, progress=progress, executor=cluster)
    if options.json:
        print(_json(found.model_dump(mode="json"), indent=1))
        return found.exit_code
    from xlpy.readout import rollup_text

    print(rollup_text(found))
    return found.exit_code


def _undo(options: argparse.Namespace) -> int:
    from xlpy.api import undo

    return _finish(undo(options.workbook, options.dry_run), options)


def _verify(options: argparse.Namespace) -> int:
    from xlpy.api import verify

    with _progress("核对文件") as progress:
        report = verify(options.workbook, options.forms, progress=progress)
    if options.json:
        return _finish(report, options)
    from xlpy.readout import verification_text

    print(verification_text(report))
    return report.exit_code


def _rules(options: argparse.Namespace) -> int:
    from xlpy.catalogue import CATALOGUE

    for rule in CATALOGUE.values():
        if options.json:
            row = {"id": rule.id, "title": rule.title, "severity": rule.severity, "why": rule.why}
            print(_json(row))
        else:
            print(f"{rule.id}  {rule.severity.label}  {rule.title}：{rule.why}")
    return OK


def _addin(options: argparse.Namespace) -> int:
    from xlpy.addin import install

    match options.action:
        case "install":
            lines = install.install(udf_server=options.server)
        case "uninstall":
            lines = install.uninstall()
        case _:
            lines = install.status().lines
    for line in lines:
        _say(line)
    return OK


def _doctor(options: argparse.Namespace) -> int:
    from xlpy.addin.doctor import examine

    if options.bundle:
        from xlpy.addin.bundle import make_bundle

        members = make_bundle(Path(options.bundle), options.workbook)
        _say(f"已写好 {options.bundle}，里面是 {'、'.join(members)}；都是文字，发出之前可以打开看一遍")
        return OK
    if options.workbook:
        raise CannotRun("--workbook 要和 --bundle 一起用", "请写成 xlpy doctor --bundle --workbook 工作簿")
    findings = examine()
    for finding in findings:
        _say(finding.line)
    return OK if all(finding.ok for finding in findings) else ERRORS


def _build(options: argparse.Namespace) -> int:
    from xlpy.authoring import build, check, root

    if not options.check:
        for path in build(root()):
            print(path)
        return OK
    differences = check(root())
    for line in differences:
        print(line, file=sys.stderr)
    if differences:
        raise CannotRun(f"{len(differences)} 个文件与源代码不一致", "请运行 xlpy build 重新生成")
    print("全部一致")
    return OK


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "demo": _demo,
    "new": _new,
    "read": _read,
    "pull": _pull,
    "validate": _validate,
    "total": _total,
    "apply": _apply,
    "clear": _clear,
    "consolidate": _consolidate,
    "sendback": _sendback,
    "rollup": _rollup,
    "undo": _undo,
    "verify": _verify,
    "rules": _rules,
    "addin": _addin,
    "doctor": _doctor,
    "build": _build,
}


@contextmanager
def _cluster(address: str | None) -> Iterator[Executor | None]:
    """The Dask cluster at `address`; None, for the processes of this machine, where none is given."""
    if address is None:
        yield None
        return
    from xlpy.reading.cluster import Cluster

    with Cluster(address) as cluster:
        yield cluster


def _prepare(options: argparse.Namespace) -> None:
    """Start what reads the files: it imports as much as we do, and may do so beside us."""
    if options.cluster is not None:
        return
    from xlpy.reading.isolated import prepare

    prepare()


# --- printing -----------------------------------------------------------------------------------------------------


def _say(line: str) -> None:
    """One line on the terminal, whatever a file or somebody in it is called."""
    print(printable(line))


def _json(value: object, indent: int | None = None) -> str:
    """`value` as JSON in which what a terminal would obey or hide (bidi controls …) is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def _finish(report: Report, options: argparse.Namespace) -> int:
    if options.json:
        print(_json(report.as_json(), indent=1))
        return report.exit_code
    print_report(report, options.dry_run)
    return report.exit_code


def print_report(report: Report, dry_run: bool = False) -> None:
    """The report for a person: what changed, the accounts, what was left out, the totals, every flag."""
    verb = "将改动" if dry_run else "改动"
    rows = "" if report.rows is None else f"{report.rows} 行，"
    done = f"；{report.summary}" if report.summary else ""
    _say(f"{report.workbook}：{rows}{verb} {len(report.changes)} 个单元格{done}")
    if dry_run:
        for change in report.changes:
            before, after = ("空" if v is None else one_line(str(v)) for v in (change.before, change.after))
            _say(f"  {change.sheet}!{change.cell}：{before} → {after}")
    if report.reconciliation is not None:
        from xlpy.readout import reconciliation_text

        print(reconciliation_text(report.reconciliation))
    for skipped in report.skipped or ():
        _say(f"  未采用 {skipped.file}：{skipped.reason}")
    if report.totals:
        sums = report.totals
        print(f"  项目 {sums.projects} 个，单位 {sums.companies} 家，经济效益 {sums.amount:,.2f} 万元")
        for own in sums.own or ():
            _say(f"  {own.name}合计 {own.amount:,.2f} 万元（{own.count} 行）")
        for left in sums.left_out:
            _say(f"  未计入 第{left.row_number}行 {left.project_name}：{left.reason}")
    _print_flags(report.flags, report.workbook)


def _print_form(form: Form, flags: Sequence[Flag], as_json: bool) -> None:
    from xlpy.readout import form_json, form_text

    if as_json:
        print(_json(form_json(form, flags)))
    else:
        print(form_text(form))
        _print_flags(flags, form.file)


def _print_flags(flags: Sequence[Flag], own: str = "") -> None:
    """One line a flag; the file is named unless it is the workbook or form at hand."""
    from xlpy.commands.marking import summary_line

    for flag in flags:
        where = flag.place if flag.file in ("", own) else f"{flag.file} {flag.place}"
        _say(f"  {flag.severity.label} {flag.rule} {where}：{flag.message}。{flag.fix}")
    if flags:
        print(f"  {summary_line(flags)}")


@contextmanager
def _progress(title: str) -> Iterator[Progress | None]:
    """A progress bar on stderr, only on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn(title), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[name]}", markup=False)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, name="")
        yield lambda done, total, name: bar.update(task, completed=done, total=total, name=one_line(name))


if __name__ == "__main__":
    raise SystemExit(main())
