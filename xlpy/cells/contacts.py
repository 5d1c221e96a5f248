"""People's names and telephone numbers."""

from __future__ import annotations

import re
from typing import Final

from xlpy.cells.reading import Reading, half_width, remembered, settled, show, unreadable
from xlpy.grids import Scalar

_PHONE_FIX: Final = "请填手机号（11 位）或座机号，如 021-59531234"
_PHONE_LABEL = re.compile(r"^(?:联系电话|联系方式|办公电话|电话|手机号码|手机号|手机|座机|tel|mobile)[. ]?:? ?")
_BETWEEN = re.compile(r"\s*(?:[/\\、;,|\n\r]|或者|或|和)+\s*")
_COUNTRY: Final = r"(?:(?:\+|00)?86-?)?"
_EXTENSION: Final = r"(?:(?:-?转-?|-?分机号?:?|-?ext\.?:?|-|x|#|\*)(?P<extension>[0-9]{1,6})(?:分机)?)?"
_MOBILE = re.compile(rf"{_COUNTRY}(1[3-9][0-9])-?([0-9]{{4}})-?([0-9]{{4}})")
_LANDLINE = re.compile(
    rf"(?:{_COUNTRY}(?P<area>0(?:10|2[0-9]|[3-9][0-9]{{2}}))-?|(?:\+|00)86-?(?P<bare>10|2[0-9]|[3-9][0-9]{{2}})-?)?"
    rf"(?P<number>[2-9][0-9]{{2,3}}-?[0-9]{{4}}){_EXTENSION}"
)
_LOST_ZERO = re.compile(rf"21-?(?P<number>[2-9][0-9]{{3}}-?[0-9]{{4}}){_EXTENSION}")
_HOTLINE = re.compile(rf"([48]00)-?([0-9]{{3}})-?([0-9]{{4}}){_EXTENSION}")
_HOTLINE_OTHER = re.compile(rf"([48]00)-?([0-9]{{4}})-?([0-9]{{3}}){_EXTENSION}")

_PERSON_FIX: Final = "请只填一个人的姓名，如 张三"
_DOTS = re.compile(r"(?<=\S) ?[•‧・･·∙⋅] ?(?=\S)|(?<=[㐀-鿿])\.(?=[㐀-鿿])")
_PEOPLE = re.compile(r"[/\\、;,，；|\n\r&+]")
_NOBODY: Final = frozenset(("同上", "同前", "见上", "待定", "待填", "待补", "见附件", "详见附件", "姓名"))
_COMPOUND: Final = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛司徒东方皇甫尉迟公孙慕容令狐宇文长孙夏侯轩辕端木南宫独孤西门百里"
        "东郭申屠闻人赫连澹台公冶宗政濮阳淳于单于太叔钟离呼延鲜于闾丘亓官拓跋万俟第五",
    )
)


def phone(raw: Scalar) -> Reading[str]:
    """Telephone numbers in one style, joined by 、: 13800001111, 59531234, 021-59531234转801, 400-123-4567.

    A Shanghai number may lack its area code; other area codes are checked with `phonenumbers`.

    >>> phone("138 0000 1111 / 021-59531234-801").value
    '13800001111、021-59531234转801'
    >>> phone(138000011112).problem
    '写的是“138000011112”，有 12 位数字，不是电话号码；请填手机号（11 位）或座机号，如 021-59531234'
    """
    seen = show(raw)
    return _phone(seen)


@remembered
def _phone(seen: str) -> Reading[str]:
    plain = half_width(seen)
    if (known := settled(seen, plain, _PHONE_FIX)) is not None:
        return known
    plain = _PHONE_LABEL.sub("", plain.casefold())
    numbers: list[str] = []
    for piece in _BETWEEN.split(plain.strip(" .;,、/。")):
        found = _numbers(piece.split()[:12])
        if not found:
            digits = sum(c in "0123456789" for c in piece)
            why = f"有 {digits} 位数字，不是电话号码" if digits else "不是电话号码"
            return unreadable(seen, why, _PHONE_FIX)
        numbers += found
    return Reading("、".join(dict.fromkeys(numbers)))


def _numbers(words: list[str]) -> list[str]:
    """The numbers that words between spaces make up: a space stands inside a number or between two. [] if none do."""
    for end in range(len(words), 0, -1):
        number = _number("".join(words[:end]))
        if number:
            if end == len(words):
                return [number]
            if rest := _numbers(words[end:]):
                return [number, *rest]
    return []


def _number(text: str) -> str:
    """One number in its usual style, or ""."""
    text = text.replace("(", "").replace(")", "-").replace("--", "-").strip("-")
    if found := _MOBILE.fullmatch(text):
        return "".join(found.groups())
    if found := _HOTLINE.fullmatch(text) or _HOTLINE_OTHER.fullmatch(text):
        return "-".join(found.groups()[:3]) + _extension(found)
    area = ""
    if found := _LOST_ZERO.fullmatch(text):  # a number cell drops the 0 of 021
        area = "021"
    elif found := _LANDLINE.fullmatch(text):
        area = found["area"] or ("0" + found["bare"] if found["bare"] else "")
    if not found:
        return ""
    local = found["number"].replace("-", "")
    if area in ("", "021"):
        valid = len(local) == 8
    else:
        import phonenumbers

        try:
            valid = phonenumbers.is_valid_number(phonenumbers.parse(area + local, "CN"))
        except phonenumbers.NumberParseException:
            valid = False
    return (f"{area}-{local}" if area else local) + _extension(found) if valid else ""


def _extension(found: re.Match[str]) -> str:
    return f"转{found['extension']}" if found["extension"] else ""


def person(raw: Scalar) -> Reading[str]:
    """One person's name: spaces inside a Chinese name go, those of a Latin one and the · of others stay.

    >>> [person(v).value for v in ("张 三", "张　三", "买买提•艾力", "John  Smith")]
    ['张三', '张三', '买买提·艾力', 'John Smith']
    >>> person("张三、李四").problem
    '写的是“张三、李四”，像是不止一个姓名；请只填一个人的姓名，如 张三'
    """
    seen = show(raw)
    if not isinstance(raw, str | None) and seen:
        return unreadable(seen, "不是姓名", _PERSON_FIX)
    return _person(seen)


@remembered
def _person(seen: str) -> Reading[str]:
    plain = half_width(seen)
    if (known := settled(seen, plain, _PERSON_FIX)) is not None:
        return known
    several = unreadable(seen, "像是不止一个姓名", _PERSON_FIX)
    if _PEOPLE.search(plain):
        return several
    plain = _DOTS.sub("·", plain)
    if any(c.isdigit() for c in plain):
        return unreadable(seen, "姓名里有数字", _PERSON_FIX)
    strange = next((c for c in plain if not (c.isalpha() or _is_name_sign(c))), "")
    if strange or not any(c.isalpha() or _is_han(c) for c in plain):
        sign = f"姓名里有“{strange}”" if strange.isprintable() and strange else "不是姓名"
        return unreadable(seen, sign, _PERSON_FIX)
    words = plain.split()
    if not all(_is_han(c) for word in words for c in word):
        return Reading(" ".join(words))
    name = "".join(words)
    if name in _NOBODY or len(name) > 6:
        return unreadable(seen, "不像一个人的姓名", _PERSON_FIX)
    if len(words) > 1 and not _one_name(words, name):
        return several
    return Reading(name)


def _one_name(words: list[str], name: str) -> bool:
    """Whether spaced words are the parts of one name: surname first, at most two characters after it."""
    if name[:2] in _COMPOUND and words[0] in (name[:2], name[0]):
        return len(name) <= 4
    return len(words[0]) == 1 and len(name) <= 3


def _is_name_sign(sign: str) -> bool:
    # Rare characters of names are often typed from a private area.
    return sign in " ·-'.’〇" or "\ue000" <= sign <= "\uf8ff"


def _is_han(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff" or sign == "〇" or "\ue000" <= sign <= "\ufaff" or sign >= "\U00020000"
