"""District workbooks rolled up: each checked and totalled, and their sums by folder (city, province, country). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel

from xlpy.accounts import BALANCED, TOTAL, is_district, read_accounts, total_of
from xlpy.commands.outcome import Run
from xlpy.commands.validate import validate
from xlpy.errors import WrongForm
from xlpy.flags import Severity
from xlpy.grids import Snapshot
from xlpy.layout import ACCOUNTS
from xlpy.models import Skipped
from xlpy.settings import read_notice
from xlpy.summary import parse_summary
from xlpy.totals import BLANK, GROUPINGS, OTHER, totals


class Tally(BaseModel):
    """Projects, and their 经济效益 in 万元."""

    count: int = 0
    amount: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(count=self.count + other.count, amount=round(self.amount + other.amount, 2))


class Figures(BaseModel):
    """What one district's workbook holds, or the sum of several.

    place       names of the folders of which it is a part, or that it sums, the nearest last
    district    the district's name by its 参数; "" for a sum
    file        its workbook, as seen from the folder of all; "" for a sum
    districts   how many workbooks are in it
    left_out    projects whose 经济效益 cannot be read: they are in `total.count` and not in `total.amount`
    groups      level, ownership, size → label → tally
    errors, warnings    flags, as `validate` finds them
    rows_in     rows received from the units, by 收支核对
    unbalanced  workbooks of which 收支核对 does not balance, does not fit the table, or is empty (`why`)
    """

    place: tuple[str, ...] = ()
    district: str = ""
    file: str = ""
    sha256: str = ""
    districts: int = 0
    total: Tally = Tally()
    left_out: int = 0
    groups: dict[str, dict[str, Tally]] = {}
    errors: int = 0
    warnings: int = 0
    rows_in: int = 0
    unbalanced: int = 0
    why: str = ""

    @property
    def name(self) -> str:
        """The district, the folder, or 合计."""
        return self.district or (self.place[-1] if self.place else TOTAL)

    @property
    def depth(self) -> int:
        """In how many sums it is: 0 for the whole."""
        return len(self.place) + bool(self.file)

    @property
    def balance(self) -> str:
        """平衡, or how many workbooks somebody should look at."""
        if not self.unbalanced:
            return BALANCED
        return "请核对" if self.file else f"{self.unbalanced} 份请核对"

    def plus(self, other: Figures) -> Figures:
        """The sum of both, in this one's place."""
        groups = {key: dict(tallies) for key, tallies in self.groups.items()}
        for key, tallies in other.groups.items():
            own = groups.setdefault(key, {})
            for label, tally in tallies.items():
                own[label] = own.get(label, Tally()) + tally
        return Figures(
            place=self.place,
            districts=self.districts + other.districts,
            total=self.total + other.total,
            left_out=self.left_out + other.left_out,
            groups=groups,
            errors=self.errors + other.errors,
            warnings=self.warnings + other.warnings,
            rows_in=self.rows_in + other.rows_in,
            unbalanced=self.unbalanced + other.unbalanced,
        )


class RollUp(BaseModel):
    """The lines from the whole down to the districts, each sum before its parts; and the files that are in none."""

    command: str = "rollup"
    workbook: str = ""
    lines: tuple[Figures, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def exit_code(self) -> int:
        """0, or 1 where a district has errors or does not balance."""
        return 1 if self.lines[0].errors or self.lines[0].unbalanced else 0


def figures_of(snapshot: Snapshot, run: Run) -> Figures:
    """The figures of a district's workbook, which is checked as by `validate`. Raises WrongForm for any other."""
    if not is_district(snapshot):
        raise WrongForm(snapshot.name, f"不是区级汇总表（没有“{ACCOUNTS}”表），没有算进去")
    notice, _ = read_notice(snapshot)
    table = parse_summary(snapshot, columns=notice.columns)
    report = validate(snapshot, run).report
    found = totals(table, notice)
    accounts = read_accounts(snapshot)
    told = total_of(accounts)
    if not accounts:
        why = "还没有合并过"
    elif not all(account.balanced for account in accounts):
        why = "收支不平衡"
    elif (told.rows_out, float(told.amount_out)) != (found.projects, found.amount):
        why = (
            f"“{ACCOUNTS}”列入 {told.rows_out} 行 {told.amount_out:,.2f} 万元，"
            f"汇总表是 {found.projects} 行 {found.amount:,.2f} 万元，请再合并一次"
        )
    else:
        why = ""
    return Figures(
        district=notice.district,
        file=snapshot.name,
        sha256=snapshot.sha256,
        districts=1,
        total=Tally(count=found.projects, amount=found.amount),
        left_out=len(found.left_out),
        groups={
            key: {group.label: Tally(count=group.count, amount=group.amount) for group in found.groups[key]}
            for key in GROUPINGS
        },
        errors=report.count(Severity.ERROR),
        warnings=report.count(Severity.WARNING),
        rows_in=told.rows_in,
        unbalanced=int(bool(why)),
        why=why,
    )


def roll_up(found: Iterable[Figures], skipped: Sequence[Skipped] = ()) -> RollUp:
    """The sums by folder. A workbook that is word for word another one counts once; it is told as skipped."""
    first: dict[str, Figures] = {}
    copies = []
    for one in found:
        if same := first.get(one.sha256):
            copies.append(Skipped(file=one.file, reason=f"与 {same.file} 的内容完全相同，只算一次"))
        else:
            place = tuple(one.file.split("/")[:-1])
            first[one.sha256] = one.model_copy(update={"place": place})
    lines = tuple(_lines((), list(first.values())))
    return RollUp(lines=lines, skipped=(*skipped, *copies))


def _lines(place: tuple[str, ...], districts: Sequence[Figures]) -> Iterator[Figures]:
    """The sum of the `districts` in a folder, its own workbooks, then each folder in it likewise."""
    whole = Figures(place=place)
    folders: dict[str, list[Figures]] = {}
    own = []
    for one in districts:
        whole = whole.plus(one)
        if len(one.place) > len(place):
            folders.setdefault(one.place[len(place)], []).append(one)
        else:
            own.append(one)
    yield whole
    names = [one.district for one in own]
    for one in own:
        twice = f"这个文件夹里有 {names.count(one.district)} 份“{one.district}”的表，都算进去了，请核对"
        why = "；".join(word for word in (one.why, twice if names.count(one.district) > 1 else "") if word)
        yield one.model_copy(update={"why": why})
    for name, inside in folders.items():
        if len(inside) == 1 and inside[0].place == (*place, name):
            (one,) = inside  # its folder is as good a name
            called = name if name == one.district else f"{name}（{one.district}）"
            yield one.model_copy(update={"place": place, "district": called})
        else:
            yield from _lines((*place, name), inside)


def labels(lines: Sequence[Figures], grouping: str) -> list[str]:
    """Every label of a grouping, as the districts list them; what is in no list, and blanks, last."""
    seen = dict.fromkeys(label for line in lines for label in line.groups.get(grouping, {}))
    return [label for label in seen if label not in (OTHER, BLANK)] + [
        label for label in (OTHER, BLANK) if label in seen
    ]
