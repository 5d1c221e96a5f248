"""统一社会信用代码 (unified social credit code), GB 32100-2015.

18 characters: registration authority, kind of body, six digits of division, nine of 组织机构代码 (GB 11714), check
digit. I O Z S V are not used. Position 17, the check digit of GB 11714, is not judged: whether every code in use keeps
to it was not established, and rejecting what is right is worse than accepting what is wrong.
"""

from __future__ import annotations

import re
from typing import Final

from xlpy.cells.reading import Reading, half_width, remembered, settled, show, unreadable
from xlpy.grids import Scalar

_FIX: Final = "请对照营业执照填 18 位代码"
_LOST: Final = "按数字存放，后几位已经丢了"
_LOST_FIX: Final = "请把单元格格式改为“文本”，再重新填 18 位代码"
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+")
_SEPARATORS = re.compile(r"[\s-]+")
_UNUSED: Final = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U 或 Y"}
_FOREIGN = re.compile(r"[^0-9A-Z]")
_DIVISION: Final = slice(2, 8)


def credit_code(raw: Scalar) -> Reading[str]:
    """The code in capitals without spaces, its check digit verified.

    >>> credit_code("9131 0114 3207 4276 7k").value
    '91310114320742767K'
    >>> credit_code("91310114320742767L").problem
    '写的是“91310114320742767L”，校验码不符，至少有一位不对；请对照营业执照逐位核对'
    """
    seen = show(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) >= 1e15:
        return unreadable(seen, _LOST, _LOST_FIX)
    return _credit_code(seen)


@remembered
def _credit_code(seen: str) -> Reading[str]:
    plain = half_width(seen)
    if (known := settled(seen, plain, _FIX)) is not None:
        return known
    code = _SEPARATORS.sub("", plain).upper()
    if _SCIENTIFIC.fullmatch(code):
        return unreadable(seen, _LOST, _LOST_FIX)
    if strange := _FOREIGN.search(code):
        return unreadable(
            seen, f"含有代码里没有的字符“{strange[0]}”" if strange[0].isprintable() else "含有看不见的字符", _FIX
        )
    if len(code) != 18:
        old = "（15 位的是旧注册号）" if len(code) == 15 else "（9 位的是旧组织机构代码）" if len(code) == 9 else ""
        return unreadable(seen, f"有 {len(code)} 位{old}，应为 18 位", _FIX)
    for place, sign in enumerate(code, 1):
        if sign in _UNUSED:
            why = f"第 {place} 位是字母 {sign}，代码里不用 I O Z S V"
            return unreadable(seen, why, f"请对照营业执照核对，可能是 {_UNUSED[sign]}")
    if not code[_DIVISION].isdigit():
        return unreadable(seen, "第 3 至 8 位应是数字", _FIX)

    from stdnum.cn import uscc

    # Its validate() also wants digits in places 1 and 2, where the standard has letters for some bodies.
    if code[-1] != uscc.calc_check_digit(code[:-1]):
        # The right digit is not told: the slip may be in any place, and copying the digit would hide it.
        return unreadable(seen, "校验码不符，至少有一位不对", "请对照营业执照逐位核对")
    return Reading(code)
