"""Lists of smart lights as their networks' keepers hand them over: a table in a text file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import ClassVar, Final
from uuid import UUID

from application.errors import ApplicationError
from application.linked.ports import Lamp
from application.plain_values import is_plain, within
from domain.base import Value
from domain.geography import Position

COLUMNS: Final = ("lamp_id", "network", "latitude_deg", "longitude_deg")
NETWORK_CHARS_MAX: Final = 64


class LampsUnreadable(ApplicationError):
    """The file as a whole cannot be read; the message says what to do."""

    code: ClassVar[str] = "lamps_unreadable"


class RefusedLamp(Value):
    """A line that was left out, and why."""

    line: int
    reason: str


class ReadLamps(Value):
    lamps: tuple[Lamp, ...]
    refused: tuple[RefusedLamp, ...]


def read_lamps(content: bytes) -> ReadLamps:
    """Read one lamp a line; a line that cannot be read is left out and named.

    Raises:
        LampsUnreadable: it is no UTF-8, or the columns are not there.
    """
    try:
        table = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    except UnicodeDecodeError:
        raise LampsUnreadable("the file is not in UTF-8") from None
    missing = [column for column in COLUMNS if column not in (table.fieldnames or ())]
    if missing:
        raise LampsUnreadable(f"line 1: no column {', '.join(missing)}")
    lamps: dict[UUID, Lamp] = {}
    refused: list[RefusedLamp] = []
    for row in table:
        lamp = _lamp({column: (row.get(column) or "").strip() for column in COLUMNS})
        if isinstance(lamp, str):
            refused.append(RefusedLamp(line=table.line_num, reason=lamp))
        elif lamp.lamp_id in lamps:
            refused.append(RefusedLamp(line=table.line_num, reason="twice"))
        else:
            lamps[lamp.lamp_id] = lamp
    return ReadLamps(lamps=tuple(lamps.values()), refused=tuple(refused))


def _lamp(said: Mapping[str, str]) -> Lamp | str:
    """The lamp, or which part of the line is unfit."""
    network = said["network"]
    if not network or not is_plain(network, NETWORK_CHARS_MAX) or {"/", "+", "#"} & {*network}:
        return "network"
    try:
        lamp_id = UUID(said["lamp_id"])
    except ValueError:
        return "lamp_id"
    try:
        latitude_deg, longitude_deg = float(said["latitude_deg"]), float(said["longitude_deg"])
    except ValueError:
        return "position"
    if not (within(latitude_deg, 90) and within(longitude_deg, 180)):
        return "position"
    position = Position(latitude_deg=latitude_deg, longitude_deg=longitude_deg)
    return Lamp(lamp_id=lamp_id, network=network, position=position)
