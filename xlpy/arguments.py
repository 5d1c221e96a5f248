"""What the command line accepts. The README's reference is printed from here; `xlpy.cli` carries it out."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Final, NoReturn

from xlpy.errors import one_line

OK: Final = 0
ERRORS: Final = 1
FAILED: Final = 2


class _Parser(argparse.ArgumentParser):
    def __init__(self, **options: object) -> None:
        formatter = lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=28, width=100)  # noqa: E731
        super().__init__(**{"formatter_class": formatter, "add_help": False, **options})  # type: ignore[arg-type]
        self.add_argument("-h", "--help", action="help", help="显示本说明")
        self._positionals.title, self._optionals.title = "参数", "选项"

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        print(f"命令写得不对：{_in_chinese(one_line(message))}。请看 {self.prog} -h", file=sys.stderr)
        raise SystemExit(FAILED)


_SAYINGS: Final = (
    (r"the following arguments are required: (.*)", r"缺少 \1"),
    (r"argument (.*?): invalid choice: '?(.*?)'? \(choose from (.*)\)", r"\1 不能是“\2”，可以是 \3"),
    (r"argument (.*?): expected (?:one|at least one) argument", r"\1 后面要跟一个值"),
    (r"argument (.*?): not allowed with argument (.*)", r"\1 和 \2 不能一起用"),
    (r"unrecognized arguments: (.*)", r"不认识 \1"),
)


def _in_chinese(message: str) -> str:
    """The parser's own words for what is wrong, in Chinese where they are known."""
    for english, chinese in _SAYINGS:
        if found := re.fullmatch(english, message):
            return found.expand(chinese)
    return message


def parser() -> argparse.ArgumentParser:
    """The whole command line; the README's reference is printed from it."""
    top = _Parser(prog="xlpy", description="质量攻关申报：把一个文件夹的登记表（附件1）变成核对过的汇总表（附件2）")
    top.add_argument("--version", action="version", version=_version(), help="显示版本")
    commands = top.add_subparsers(title="命令", metavar="命令", dest="command", required=True)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text)

    def output(sub: argparse.ArgumentParser, dry_run: bool = True) -> None:
        if dry_run:
            sub.add_argument("--dry-run", action="store_true", help="只说会改什么，不写文件")
        sub.add_argument("--json", action="store_true", help="用 JSON 输出，给程序读")

    def cluster(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--cluster", metavar="地址", help="由 Dask 集群读文件，例如 tcp://10.0.0.5:8786")

    sub = command("demo", "造演示文件夹，走完街镇的导入、校验、合计和区局的合并")
    sub.add_argument("folder", metavar="文件夹", nargs="?", default="xlpy-demo", help="放在哪里（默认 xlpy-demo）")

    sub = command("new", "新建空白表：街镇汇总表、区级汇总表、Excel 登记表、Word 登记表，或者一整套")
    sub.add_argument(
        "kind",
        metavar="种类",
        choices=("summary", "district", "form", "form-docx", "set"),
        help="summary（街镇汇总表）、district（区级汇总表）、form 或 form-docx（登记表）、set（四个一整套）",
    )
    sub.add_argument("out", metavar="文件", help="新文件的名字，set 时是文件夹的名字；已有的文件不会被覆盖")
    sub.add_argument("--notice", metavar="汇总表", help="照这个工作簿（如去年的区级汇总表）的“参数”“规则”做，不带数据")
    sub.add_argument("--year", metavar="年度", help="换成哪一年，例如 2027；截止日期不会自己变，会提醒您改")
    sub.add_argument("--deadline", metavar="日期", help="新的截止日期，例如 2027-9-10")

    sub = command("read", "读登记表，列出读到的内容和问题")
    sub.add_argument("forms", metavar="登记表", nargs="+", help="登记表文件，可以多个")
    sub.add_argument("--notice", metavar="汇总表", help="按这个工作簿的“参数”和“规则”读和查，包括本区增加的栏目")
    cluster(sub)
    output(sub, dry_run=False)

    sub = command("pull", "把文件夹里的登记表导入汇总表，并核对")
    sub.add_argument("summary", metavar="汇总表", help="附件2 工作簿（.xlsx）")
    sub.add_argument("--forms", metavar="文件夹", required=True, help="登记表所在的文件夹")
    cluster(sub)
    output(sub)

    sub = command("validate", "校验汇总表；给出登记表文件夹时两边对着查")
    sub.add_argument("summary", metavar="汇总表", help="附件2 工作簿（.xlsx）")
    sub.add_argument("--forms", metavar="文件夹", help="登记表所在的文件夹")
    cluster(sub)
    output(sub)

    sub = command("total", "合计：填写“统计”表，图表随之更新")
    sub.add_argument("summary", metavar="汇总表", help="附件2 工作簿（.xlsx）")
    output(sub)

    sub = command("apply", "应用参数：按“参数”“规则”更新标题、表头、下拉清单、使用说明和统计")
    sub.add_argument("summary", metavar="汇总表", help="附件2 工作簿（.xlsx）")
    output(sub)

    sub = command("clear", "清除标记：去掉校验留下的颜色、说明和清单")
    sub.add_argument("summary", metavar="汇总表", help="附件2 工作簿（.xlsx）")
    output(sub)

    sub = command("consolidate", "区局：把各街镇的汇总表合成一份区级汇总表，逐行逐万元核对去向")
    sub.add_argument("district", metavar="区级汇总表", help="区级汇总表工作簿（.xlsx）")
    sub.add_argument("--from", dest="towns", metavar="文件夹", required=True, help="各街镇材料所在的文件夹")
    cluster(sub)
    output(sub)

    sub = command("sendback", "区局：给有问题的街镇各做一份退回修改的材料，街镇原件不动")
    sub.add_argument("district", metavar="区级汇总表", help="区级汇总表工作簿（.xlsx）")
    sub.add_argument("--from", dest="towns", metavar="文件夹", required=True, help="各街镇材料所在的文件夹")
    sub.add_argument("--out", metavar="文件夹", help="做好的材料放在哪里（默认放进区级汇总表旁边的“退回修改”）")
    output(sub, dry_run=False)

    sub = command("rollup", "市、省：把各区的区级汇总表逐个核对，按文件夹逐级汇总成一份新表")
    sub.add_argument("out", metavar="新表", help="写到哪里（.xlsx）；已有的文件不会被覆盖")
    sub.add_argument(
        "--from",
        dest="districts",
        metavar="文件夹",
        required=True,
        help="各区的区级汇总表所在的文件夹，下面可以按省、市分",
    )
    cluster(sub)
    output(sub, dry_run=False)

    sub = command("undo", "撤销上一步（可以连续撤销多步）")
    sub.add_argument("workbook", metavar="工作簿", help="要撤销的工作簿（.xlsx）")
    output(sub)

    sub = command("verify", "查凭据：行与登记表、单元格与导入的内容、操作记录是否都对得上；不改文件")
    sub.add_argument("workbook", metavar="工作簿", help="街镇汇总表或区级汇总表（.xlsx）")
    sub.add_argument("--forms", metavar="文件夹", help="收到的材料所在的文件夹（默认上次导入或合并时的那个）")
    output(sub, dry_run=False)

    sub = command("rules", "列出全部检查规则")
    sub.add_argument("--json", action="store_true", help="用 JSON 输出，给程序读")

    sub = command("addin", "Excel 加载项：安装（也用于更新）、卸载、查看状态")
    sub.add_argument(
        "action", metavar="动作", choices=("install", "uninstall", "status"), help="install、uninstall 或 status"
    )
    server = sub.add_mutually_exclusive_group()
    server.add_argument("--server", action="store_true", default=None, help="安装时：让 Python 常驻，点按钮更快")
    server.add_argument("--no-server", action="store_false", dest="server", help="安装时：不让 Python 常驻")

    sub = command("doctor", "环境自检：逐项检查 Excel、加载项和设置，哪项不行就说怎么办")
    sub.add_argument(
        "--bundle",
        metavar="OUT.zip",
        nargs="?",
        const="xlpy-bundle.zip",
        help="打一个可以发给维护人员的包，里面没有姓名、电话、金额、文件名和表格内容（默认 xlpy-bundle.zip）",
    )
    sub.add_argument("--workbook", metavar="工作簿", help="和 --bundle 一起用：把这个工作簿的结构（没有内容）放进包里")

    sub = command("build", "重新生成模板、汇总表和说明文档（开发用）")
    sub.add_argument("--check", action="store_true", help="只核对现有文件是否与源代码一致")
    return top


def _version() -> str:
    from xlpy import __version__

    return f"xlpy {__version__}"
