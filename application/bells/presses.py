"""Understanding what a bell sent: a press is never refused, whatever it lacks becomes a flag."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import AwareDatetime

from application.plain_values import is_plain, moment, number, token
from application.safe_return import Receipt
from domain.base import Value
from domain.bell import Bell
from domain.bell.refusals import BellRetired, BellUnknown
from domain.emergency.signal import Signal
from domain.emergency.vocabulary import Alert, Device, Flag, How
from domain.geography import CITY, FixQuality, FixSource
from domain.language import Language
from domain.platform import Platform
from domain.policy import Policy

PRESS: Final = frozenset({"press_id", "pressed_at", "sent_at", "battery_pct", "firmware"})
BELL_NO_CHARS_MAX: Final = 64
NAMELESS: Final = "?"
"""What a bell is called whose number cannot be read."""
FIRMWARE_CHARS_MAX: Final = 64


class Press(Value):
    """What arrived: from which bell, and any JSON value."""

    bell_no: str
    sent: Any = None
    fallback_id: str
    """Stands in for a press id that is missing or useless; random."""
    body_sha256: bytes = b""
    flags: tuple[Flag, ...] = ()
    """What the edge already found wrong: no signature, a malformed body."""


class PressReceipt(Receipt):
    """The answer to a press; the same for a repeat. ``aggregate_id`` is the report's."""

    press_id: str
    joined: bool
    """It belongs to a report that was open already."""
    counted: bool
    """It is kept, and rings no more than those before: somebody has found the bell stuck."""
    server_time: AwareDatetime
    flags: tuple[Flag, ...]
    codes: tuple[str, ...] = ()
    """What we would have refused, were it no alarm (`bell.unknown`); it rings all the same."""


def bell_no_of(said: object) -> str:
    """The number as it stands; a long or strange one by its SHA-256, cut to what is kept."""
    known = token(said)
    if known is None:
        return NAMELESS
    return known if len(known) <= BELL_NO_CHARS_MAX else str(token("\n" + known))[-64:]


def codes_of(flags: tuple[Flag, ...]) -> tuple[str, ...]:
    told = {Flag.BELL_UNKNOWN: BellUnknown.code, Flag.BELL_RETIRED: BellRetired.code}
    return tuple(told[flag] for flag in flags if flag in told)


def read_battery(sent: object) -> int | None:
    """The charge that a message tells; None when it tells none that can be one."""
    said = number(sent.get("battery_pct")) if isinstance(sent, Mapping) else None
    return round(said) if said is not None and 0 <= said <= 100 else None  # noqa: PLR2004


def read_press(press: Press, bell: Bell | None, *, at: datetime, policy: Policy) -> Signal:
    """What ``press`` means, received at ``at``.

    Args:
        press: what arrived.
        bell: which is registered under its number; None: none is, and nobody knows where it is.
        at: receipt.
        policy: how far a clock may be off.
    """
    flags = set(press.flags)
    fields = press.sent if isinstance(press.sent, Mapping) else {}
    if press.sent is not None and not isinstance(press.sent, Mapping):
        flags.add(Flag.FIELD_MALFORMED)
    if not fields.keys() <= PRESS:
        flags.add(Flag.FIELD_UNKNOWN)
    press_id = token(fields.get("press_id"))
    if press_id is None:
        flags.add(Flag.ID_MISSING)
        press_id = f":{press.fallback_id}"
    occurred_at, skew_s = _moments(fields, at, policy, flags)
    if bell is None:
        flags |= {Flag.BELL_UNKNOWN, Flag.POSITION_MISSING}
    elif bell.retired:
        flags.add(Flag.BELL_RETIRED)
    bell_no = bell_no_of(press.bell_no)
    return Signal(
        maker=f"bell:{bell_no}",
        trigger_id=press_id,
        citizen_id=None,
        how=How.BELL,
        presses=None,
        device=Device(
            device_id=Bell.create_id(bell_no),
            platform=Platform.BELL,
            app_version=_firmware(fields, flags),
        ),
        language=Language.KO,
        alert=Alert.SIREN,
        drill=False,
        flags=tuple(flag for flag in Flag if flag in flags),
        district=CITY if bell is None else bell.place.district,
        cell=None if bell is None else bell.place.cell,
        fix=None if bell is None else FixQuality(source=FixSource.INSTALLED),
        skew_s=skew_s,
        occurred_at=occurred_at,
        position=None if bell is None else bell.place.position,
        at_once=True,
    )


def _firmware(fields: Mapping[str, Any], flags: set[Flag]) -> str | None:
    said = fields.get("firmware")
    if said is None or is_plain(said, FIRMWARE_CHARS_MAX):
        return said
    flags.add(Flag.FIELD_MALFORMED)
    return None


def _moments(
    fields: Mapping[str, Any], at: datetime, policy: Policy, flags: set[Flag]
) -> tuple[datetime | None, float | None]:
    """When the bell says it was pressed, and how far its clock is off at receipt."""
    told: list[datetime | None] = []
    for name in ("pressed_at", "sent_at"):
        said = fields.get(name)
        told.append(moment(said))
        if said is not None and told[-1] is None:
            flags.add(Flag.FIELD_MALFORMED)
    occurred_at, sent_at = told
    now = sent_at or occurred_at
    if now is None:
        return occurred_at, None
    skew_s = (now - at).total_seconds()
    if abs(skew_s) > policy.clock_skew_s:
        flags.add(Flag.CLOCK_SKEWED)
    return occurred_at, skew_s
