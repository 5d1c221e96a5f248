"""Telephone numbers, people's names and credit codes as people type them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlpy import cells
from xlpy.cells import Reading


@pytest.mark.parametrize(
    ("raws", "value"),
    [
        ("13800001111|138 0000 1111|138-0000-1111|+86 13800001111|+8613800001111|86-13800001111", "13800001111"),
        (
            "１３８００００１１１１|手机：13800001111|电话 13800001111|13800001111,",
            "13800001111",
        ),
        ("19900001111", "19900001111"),
        ("59531234|5953 1234|5953-1234|电话:59531234", "59531234"),
        ("69531234", "69531234"),
        ("021-59531234|021 59531234|02159531234|(021)59531234|（021）5953 1234|021—59531234", "021-59531234"),
        ("+86 21 59531234|0086-21-59531234|+86-021-59531234|2159531234", "021-59531234"),
        ("021-59531234-801|021-59531234转801|021-59531234 转 801|02159531234 ext.801", "021-59531234转801"),
        ("59531234-801|59531234转801|59531234 分机801|59531234转801分机|59531234x801", "59531234转801"),
        ("0512-57551234|051257551234|0512 57551234", "0512-57551234"),
        ("400-123-4567|4001234567|400 123 4567", "400-123-4567"),
        ("13800001111/59531234|13800001111、59531234|13800001111；59531234", "13800001111、59531234"),
        (
            "13800001111 59531234|13800001111\n59531234|13800001111或59531234",
            "13800001111、59531234",
        ),
        ("138 0000 1111 139 0000 2222", "13800001111、13900002222"),
        ("021 59531234 13800001111", "021-59531234、13800001111"),
        ("021-59531234转801/13800001111", "021-59531234转801、13800001111"),
    ],
)
def test_phone(raws: str, value: str) -> None:
    for raw in raws.split("|"):
        assert cells.phone(raw) == Reading(value), raw
    assert cells.phone(value) == Reading(value)


@pytest.mark.parametrize(
    ("raw", "value"), [(13800001111.0, "13800001111"), (59531234, "59531234"), (2159531234.0, "021-59531234")]
)
def test_phone_in_a_number_cell(raw: Any, value: str) -> None:
    assert cells.phone(raw) == Reading(value)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("138000011112", "有 12 位数字，不是电话号码"),
        ("1380000111", "有 10 位数字，不是电话号码"),
        ("12800001111", "有 11 位数字，不是电话号码"),
        ("5953123", "有 7 位数字，不是电话号码"),
        ("021-5953123", "有 10 位数字，不是电话号码"),
        ("0571-8712345", "有 11 位数字，不是电话号码"),
        ("59531234-59531235", "有 16 位数字，不是电话号码"),
        ("59531234/5", "有 1 位数字，不是电话号码"),
        ("王工13800001111", "有 11 位数字，不是电话号码"),
        ("+1 212 555 1234", "有 11 位数字，不是电话号码"),
        ("见封面", "不是电话号码"),
    ],
)
def test_no_phone(raw: str, why: str) -> None:
    assert cells.phone(raw) == Reading(problem=f"写的是“{raw}”，{why}；请填手机号（11 位）或座机号，如 021-59531234")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.from_regex(r"[2-9][0-9]{7}", fullmatch=True))
def test_any_mobile_and_any_shanghai_number_is_read(mobile: str, local: str) -> None:
    assert cells.phone(mobile).value == mobile
    assert cells.phone(float(mobile)).value == mobile
    assert cells.phone(f"{local[:4]} {local[4:]}").value == local
    assert cells.phone(f"{mobile} 021{local}").value == f"{mobile}、021-{local}"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("张三", "张三"),
        ("张 三", "张三"),
        ("张　三", "张三"),
        ("王 小 明", "王小明"),
        ("王 小明", "王小明"),
        ("欧阳 娜娜", "欧阳娜娜"),
        ("欧 阳 娜 娜", "欧阳娜娜"),
        ("司马 光", "司马光"),
        ("买买提·艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("武〇", "武〇"),
        ("张和平", "张和平"),
        ("John  Smith", "John Smith"),
        ("J. O'Brien", "J. O'Brien"),
        ("Ａｎｎａ", "Anna"),
    ],
)
def test_person(raw: str, value: str) -> None:
    assert cells.person(raw) == Reading(value)
    assert cells.person(value) == Reading(value)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("张三、李四", "像是不止一个姓名"),
        ("张三/李四", "像是不止一个姓名"),
        ("张三，李四", "像是不止一个姓名"),
        ("张三 李四", "像是不止一个姓名"),
        ("王 五 张 三", "像是不止一个姓名"),
        ("张三1", "姓名里有数字"),
        ("①", "姓名里有数字"),
        ("张三（组长）", "姓名里有“(”"),
        ("张*", "姓名里有“*”"),
        ("待定", "不像一个人的姓名"),
        ("张三李四王五赵六", "不像一个人的姓名"),
        ("·", "不是姓名"),
    ],
)
def test_no_person(raw: str, why: str) -> None:
    assert cells.person(raw) == Reading(problem=f"写的是“{raw}”，{why}；请只填一个人的姓名，如 张三")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("91310114320742767K", "91310114320742767K"),
        ("91310000676257316N", "91310000676257316N"),
        ("9131 0114 3207 4276 7k", "91310114320742767K"),
        ("91310114-320742767-K", "91310114320742767K"),
        ("９１３１０１１４３２０７４２７６７Ｋ", "91310114320742767K"),
    ],
)
def test_credit_code(raw: str, value: str) -> None:
    assert cells.credit_code(raw) == Reading(value)


LOST = "按数字存放，后几位已经丢了；请把单元格格式改为“文本”，再重新填 18 位代码"


@pytest.mark.parametrize(
    ("raw", "rest"),
    [
        ("91310114320742767", "有 17 位，应为 18 位；请对照营业执照填 18 位代码"),
        ("913101143207427671K", "有 19 位，应为 18 位；请对照营业执照填 18 位代码"),
        ("310114000123456", "有 15 位（15 位的是旧注册号），应为 18 位；请对照营业执照填 18 位代码"),
        ("32074276-7", "有 9 位（9 位的是旧组织机构代码），应为 18 位；请对照营业执照填 18 位代码"),
        ("9131O114320742767K", "第 5 位是字母 O，代码里不用 I O Z S V；请对照营业执照核对，可能是 0"),
        ("9131011432074276IK", "第 17 位是字母 I，代码里不用 I O Z S V；请对照营业执照核对，可能是 1"),
        ("9131A114320742767K", "第 3 至 8 位应是数字；请对照营业执照填 18 位代码"),
        ("91310114320742767L", "校验码不符，至少有一位不对；请对照营业执照逐位核对"),
        ("91310114320742776K", "校验码不符，至少有一位不对；请对照营业执照逐位核对"),
        ("91310114320742767#", "含有代码里没有的字符“#”；请对照营业执照填 18 位代码"),
        ("9.1310114320742767E+17", LOST),
        ("9.13E+17", LOST),
    ],
)
def test_no_credit_code(raw: str, rest: str) -> None:
    assert cells.credit_code(raw) == Reading(problem=f"写的是“{raw}”，{rest}")


@pytest.mark.parametrize("raw", [9.1310114320742767e17, 913101143207428000])
def test_a_number_cell_has_lost_digits_of_a_credit_code(raw: Any) -> None:
    assert cells.credit_code(raw) == Reading(problem=f"写的是“913101143207428000”，{LOST}")


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_every_single_slip_in_a_credit_code_is_seen(place: int, sign: str) -> None:
    right = "91310114320742767K"
    slipped = right[:place] + sign + right[place + 1 :]
    assert (cells.credit_code(slipped).value is None) is (slipped != right)
