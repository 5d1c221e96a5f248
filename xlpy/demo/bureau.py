"""What the bureau does in the district's workbook: pastes its lists, decides, corrects an amount after a phone call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlpy.grids import Scalar, Snapshot
from xlpy.layout import (
    ACCOUNTS,
    COMMENDED,
    DUPLICATES,
    EXCLUDE,
    FILED,
    FIRST,
    KEEP,
    LISTED_HEADERS,
    MERGE,
    SECOND,
    USE,
    fold,
)
from xlpy.list_sheets import header_line
from xlpy.patch import Operation, Patch, Write, block
from xlpy.summary import parse_summary

# The bureau's own list, in its own order of columns. One project is in this year's applications word for word (D02),
# one in other words.
WINNERS: Sequence[Sequence[Scalar]] = (
    ("奖项", "完成单位", "成果名称", "年度", "备注"),
    ("区级一等奖", "上海岚川电子有限公司", "无线网关虚焊不良治理", 2022, None),
    ("区级二等奖", "上海霁黛照明有限公司", "防爆工矿灯的防水密封性能提升", 2021, None),
    ("区级二等奖", "上海听松滤清器有限公司", "机油滤清器旁通阀渗漏攻关", 2022, None),
    ("区级三等奖", "上海远岫玻璃有限公司", "钢化玻璃自爆率降低", 2022, None),
    ("区级一等奖", "上海渔歌水产加工有限公司", "冻虾仁净重不足治理", 2021, None),
    ("区级三等奖", "上海晴峦家具有限公司", "实木餐椅榫接松动攻关", 2021, None),
    ("市级二等奖", "上海松风锻造有限公司", "转向节锻件折叠缺陷治理", 2020, None),
    ("区级三等奖", "上海栖霞印染有限公司", "活性染料固色率提升", 2020, None),
)
# The city's list of this year. One hit word for word (D03), one alike.
TO_THE_CITY: Sequence[Sequence[Scalar]] = (
    LISTED_HEADERS[FILED],
    (1, "静电卡盘吸附力衰减治理", "上海菀蘅半导体设备有限公司", None),
    (2, "粉末涂料附着力的提升", "上海澄隽涂料有限公司", None),
    (3, "变速箱换挡顿挫感治理", "上海沧浪传动系统有限公司", None),
    (4, "高铁轴箱盖铸造缩松攻关", "上海岱云轨道装备有限公司", None),
    (5, "抗菌面料耐洗性能提升", "上海疏影纺织有限公司", None),
)


def lists(snapshot: Snapshot) -> Patch:
    """Both exclusion lists pasted over the sheets' headers, with headers of their own."""
    operations: list[Operation] = []
    for sheet, lines in ((COMMENDED, WINNERS), (FILED, TO_THE_CITY)):
        top, _ = _header(snapshot, sheet, LISTED_HEADERS[sheet])
        operations.append(Write(sheet, top, 1, block(lines)))
    return Patch(tuple(operations))


# What tells a line of 收支核对 or 疑似重复 → what the bureau types there. The rest is left open.
DECISIONS: tuple[tuple[str, Mapping[str, str], Mapping[str, str]], ...] = (
    (ACCOUNTS, {"文件": "马陆镇/附件2_申报汇总表（马陆）更正版.xlsx"}, {"采用": USE}),
    (ACCOUNTS, {"文件": "微信收到/汇总表终稿.xlsx"}, {"推荐单位": "菊园新区"}),
    (
        DUPLICATES,
        {"规则": "T01", "甲·项目名称": "轮毂轴承异音不良率降低攻关"},
        {"决定": MERGE, "去掉": SECOND, "理由": "同一项目填了两行"},
    ),
    (
        DUPLICATES,
        {"规则": "D01", "甲·项目名称": "瓦楞纸箱尺寸偏差治理"},
        {"决定": EXCLUDE, "去掉": SECOND, "理由": "注册地在真新街道，由真新街道推荐"},
    ),
    (
        DUPLICATES,
        {"规则": "D01", "甲·项目名称": "曳引轮磨损寿命提升"},
        {"决定": KEEP, "理由": "两家企业的两个项目"},
    ),
    (
        DUPLICATES,
        {"规则": "D02", "甲·项目名称": "无线网关虚焊不良治理"},
        {"决定": EXCLUDE, "去掉": FIRST, "理由": "2022年已获区级一等奖"},
    ),
    (
        DUPLICATES,
        {"规则": "D03", "甲·项目名称": "静电卡盘吸附力衰减治理"},
        {"决定": EXCLUDE, "去掉": FIRST, "理由": "已申报市级"},
    ),
)
CORRECTED, AMOUNT, REMARK = "铝合金压铸件气密性攻关", 86.5, "已电话核实：元误填成万元"


def decisions(snapshot: Snapshot) -> Patch:
    """What the bureau types after the first 合并: decisions, and an amount put right with a remark in the table."""
    operations: list[Operation] = []
    for sheet, known, words in DECISIONS:
        top, columns = _header(snapshot, sheet, (*known, *words))
        grid = snapshot.sheet(sheet)
        line = next(
            row
            for row in range(top + 1, grid.height + 1)
            if all(str(grid.value(row, columns[fold(h)])).endswith(text) for h, text in known.items())
        )
        operations += [Write(sheet, line, columns[fold(h)], block([[text]])) for h, text in words.items()]
    table = parse_summary(snapshot)
    row = next(row for row in table.rows if row.project_name.value == CORRECTED)
    for field, value in (("benefit", AMOUNT), ("remarks", REMARK)):
        operations.append(Write(table.sheet, row.row_number, table.columns[field], block([[value]])))
    return Patch(tuple(operations))


def _header(snapshot: Snapshot, sheet: str, needed: Sequence[str]) -> tuple[int, dict[str, int]]:
    found = header_line(snapshot.sheet(sheet), needed)
    assert found, sheet
    return found
