"""Lists of bells as districts hand them over: a table in a text file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from application.bells.presses import BELL_NO_CHARS_MAX
from application.errors import ApplicationError
from application.plain_values import is_plain, within
from application.ports import Districts
from domain.base import Value
from domain.bell import BellPlace
from domain.geography import Position

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "bell_no": ("bell_no", "안전비상벨관리번호", "안심비상벨관리번호", "관리번호", "번호"),
    "latitude_deg": ("latitude_deg", "WGS84위도", "위도"),
    "longitude_deg": ("longitude_deg", "WGS84경도", "경도"),
    "address": ("address", "소재지도로명주소", "소재지지번주소", "설치위치"),
    "line": ("line",),
}
"""Ours, and the public standard's (전국안전비상벨위치표준데이터); the first that has a value."""
NEEDED: Final = ("bell_no", "latitude_deg", "longitude_deg")
LINE_CHARS_MAX: Final = 64
ADDRESS_CHARS_MAX: Final = 300


class BellsUnreadable(ApplicationError):
    """The file as a whole cannot be read; the message says what to do."""

    code: ClassVar[str] = "bells_unreadable"


class ListedBell(Value):
    """A bell as the list has it."""

    bell_no: str
    place: BellPlace
    line: str | None


class RefusedRow(Value):
    """A line that was left out, and why."""

    line: int
    bell_no: str | None
    reason: str


class ReadBells(Value):
    bells: tuple[ListedBell, ...]
    refused: tuple[RefusedRow, ...]


def read_bells(content: bytes, districts: Districts, *, prefix: str = "") -> ReadBells:
    """Read one bell a line; a line that cannot be read is left out and named.

    UTF-8 with or without a mark, else CP949 as Korean offices write it.

    Args:
        content: the file.
        districts: say in which a place lies; one in none is refused.
        prefix: put before each number, where two districts use the same ones.

    Raises:
        BellsUnreadable: neither encoding fits, or the columns are not there.
    """
    table = csv.DictReader(io.StringIO(_text(content), newline=""), skipinitialspace=True)
    named = _named(table.fieldnames or ())
    missing = [column for column in NEEDED if not named[column]]
    if missing:
        raise BellsUnreadable(
            f"line 1: no column {', '.join(missing)}; the first line must name "
            "bell_no, latitude_deg, longitude_deg, and may name address and line"
        )
    bells: dict[str, ListedBell] = {}
    refused: list[RefusedRow] = []
    for found in _rows(table, named, districts, prefix):
        if isinstance(found, tuple):
            line, bell = found
            if bell.bell_no in bells:
                refused.append(RefusedRow(line=line, bell_no=bell.bell_no, reason="twice"))
            else:
                bells[bell.bell_no] = bell
        else:
            refused.append(found)
    return ReadBells(bells=tuple(bells.values()), refused=tuple(refused))


def _rows(
    table: csv.DictReader[str],
    named: Mapping[str, tuple[str, ...]],
    districts: Districts,
    prefix: str,
) -> Iterator[tuple[int, ListedBell] | RefusedRow]:
    for row in table:
        said = {
            column: next((told for one in names if (told := (row.get(one) or "").strip())), "")
            for column, names in named.items()
        }
        bell_no = said["bell_no"] and prefix + said["bell_no"]
        try:
            yield table.line_num, _bell(bell_no, said, districts)
        except _Unfit as unfit:
            yield RefusedRow(line=table.line_num, bell_no=bell_no or None, reason=str(unfit))


class _Unfit(Exception):
    """Why a line is left out."""


def _bell(bell_no: str, said: Mapping[str, str], districts: Districts) -> ListedBell:
    if not bell_no or not is_plain(bell_no, BELL_NO_CHARS_MAX) or {"/", "+", "#"} & {*bell_no}:
        raise _Unfit("number")
    position = _position(said)
    located = districts.locate(position)
    if located.outside:
        raise _Unfit("outside")
    return ListedBell(
        bell_no=bell_no,
        place=BellPlace(
            latitude_deg=position.latitude_deg,
            longitude_deg=position.longitude_deg,
            district=located.district,
            cell=located.cell,
            address=said["address"][:ADDRESS_CHARS_MAX],
        ),
        line=said["line"][:LINE_CHARS_MAX] or None,
    )


def _position(said: Mapping[str, str]) -> Position:
    try:
        latitude_deg, longitude_deg = float(said["latitude_deg"]), float(said["longitude_deg"])
    except ValueError:
        raise _Unfit("position") from None
    if not (within(latitude_deg, 90) and within(longitude_deg, 180)):
        raise _Unfit("position")
    return Position(latitude_deg=latitude_deg, longitude_deg=longitude_deg)


def _named(columns: object) -> dict[str, tuple[str, ...]]:
    """Of each of ours, the columns of the file that may hold it, in our order."""
    given = {str(name).strip(): str(name) for name in columns} if columns else {}  # type: ignore[attr-defined]
    return {
        column: tuple(given[name] for name in names if name in given)
        for column, names in COLUMNS.items()
    }


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BellsUnreadable("the file is written neither in UTF-8 nor in CP949")
