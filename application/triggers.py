"""Understanding what a phone sent: nothing is refused, whatever lacks becomes a flag.

An untyped JSON value goes in, a ``Signal`` comes out. The words are those of ``TRIGGER``,
``POSITION`` and ``DEVICE`` below; ``docs`` and the API show them by example.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from application.identity import DeviceIdentity
from application.plain_values import is_plain, moment, number, token, within
from application.ports import Districts, Located
from domain.base import Value
from domain.emergency.signal import Signal
from domain.emergency.vocabulary import Alert, Device, Flag, How
from domain.geography import CITY, FixQuality, FixSource, Position
from domain.language import Language
from domain.platform import Platform
from domain.policy import Policy

WordT = TypeVar("WordT", bound=StrEnum)

TRIGGER: Final = frozenset(
    {
        "trigger_id",
        "how",
        "presses",
        "occurred_at",
        "sent_at",
        "language",
        "alert",
        "drill",
        "position",
        "device",
        "permissions_denied",
    }
)
POSITION: Final = frozenset({"latitude_deg", "longitude_deg", "accuracy_m", "source", "fixed_at"})
DEVICE: Final = frozenset({"device_id", "platform", "app_version"})

ID_CHARS_TELLING: Final = 16
"""An unknown device's trigger id must be this long to tell its triggers from others'."""
VERSION_CHARS_MAX: Final = 64
PRESSES_MAX: Final = 1000


class TriggerReport(Value):
    """What arrived: any JSON value, and whose credential came along."""

    sent: Any = None
    identity: DeviceIdentity | None = None
    fallback_id: str
    """Stands in for a trigger id that is missing or useless; random, or the caller's key."""
    body_sha256: bytes = b""
    """Tells a repeat from another body under the same name."""
    flags: tuple[Flag, ...] = ()
    """What the edge already found wrong (a cut or malformed body)."""


def maker_of(identity: DeviceIdentity | None, device_id: object) -> str:
    """Who speaks, as ``Signal.maker`` has it; an unknown device is what it calls itself."""
    if identity is not None and not identity.revoked:
        return f"citizen:{identity.citizen_id}"
    if identity is not None:
        return f"device:{identity.device_id}"
    return f"unknown:{token(device_id) or ''}"


def maker_of_scout(scout_id: UUID) -> str:
    """A scout's own phone, as ``Signal.maker`` has it: nobody else's device is called so."""
    return f"scout:{scout_id}"


def read_trigger(
    report: TriggerReport, *, at: datetime, districts: Districts, policy: Policy
) -> Signal:
    """What ``report`` means, received at ``at``."""
    return _Reading(report, at=at, districts=districts, policy=policy).signal()


class _Reading:
    """One reading of one report; collects flags on the way."""

    def __init__(
        self, report: TriggerReport, *, at: datetime, districts: Districts, policy: Policy
    ) -> None:
        self._report = report
        self._at = at
        self._districts = districts
        self._policy = policy
        self._flags = set(report.flags)
        self._fields = self._object(report.sent, TRIGGER)

    def signal(self) -> Signal:
        identity = self._report.identity
        device = self._device()
        how, presses = self._how(device.platform)
        position, fix = self._position()
        located = self._located(position)
        occurred_at, skew_s = self._moments()
        maker, trigger_id = self._names()
        self._permissions()
        return Signal(
            maker=maker,
            trigger_id=trigger_id,
            citizen_id=identity.speaks_for if identity else None,
            how=how,
            presses=presses,
            device=device,
            language=self._language(),
            alert=self._alert(),
            drill=self._drill(),
            district=located.district,
            cell=located.cell,
            fix=fix,
            skew_s=skew_s,
            occurred_at=occurred_at,
            position=position,
            flags=tuple(flag for flag in Flag if flag in self._flags),
        )

    def _flag(self, flag: Flag) -> None:
        self._flags.add(flag)

    def _malformed(self) -> None:
        self._flags.add(Flag.FIELD_MALFORMED)

    def _object(self, sent: object, known: frozenset[str]) -> Mapping[str, Any]:
        """The fields of a JSON object; none of anything else."""
        if not isinstance(sent, Mapping):
            if sent is not None:
                self._malformed()
            return {}
        if not sent.keys() <= known:
            self._flag(Flag.FIELD_UNKNOWN)
        return sent

    def _names(self) -> tuple[str, str]:
        """Maker and trigger id; a useless id is replaced, so that no trigger hides another."""
        identity = self._report.identity
        maker = maker_of(identity, self._own_name())
        sent = self._fields.get("trigger_id")
        name = token(sent)
        if name is not None and name != sent:
            self._malformed()
        if name is None or (identity is None and len(name) < ID_CHARS_TELLING):
            self._flag(Flag.ID_MISSING)
            name = f"{name or ''}:{token(self._report.fallback_id)}"
        return maker, name

    def _own_name(self) -> object:
        device = self._fields.get("device")
        return device.get("device_id") if isinstance(device, Mapping) else None

    def _device(self) -> Device:
        fields = self._object(self._fields.get("device"), DEVICE)
        version = fields.get("app_version")
        if version is not None and not is_plain(version, VERSION_CHARS_MAX):
            self._malformed()
            version = None
        said = self._word(Platform, fields.get("platform"), absent=Platform.UNKNOWN)
        identity = self._report.identity
        if identity is None:
            self._flag(Flag.DEVICE_UNKNOWN)
            return Device(platform=said or Platform.UNKNOWN, app_version=version)
        if identity.revoked:
            self._flag(Flag.DEVICE_REVOKED)
        return Device(device_id=identity.device_id, platform=identity.platform, app_version=version)

    def _how(self, platform: Platform) -> tuple[How, int | None]:
        """How it was raised, and how often; too few, or on the wrong phone, is flagged only."""
        how = self._word(How, self._fields.get("how"), absent=How.UNKNOWN) or How.UNKNOWN
        presses = self._presses()
        if how is How.UNKNOWN:
            self._flag(Flag.HOW_UNKNOWN)
        if how is How.SCOUT:  # scouts have a door of their own
            self._flag(Flag.HOW_IMPLAUSIBLE)
            how = How.UNKNOWN
        needed = {
            How.SHAKE: self._policy.shakes_min,
            How.VOLUME_KEY: self._policy.volume_presses_min,
        }.get(how)
        if needed is not None and (presses is None or presses < needed):
            self._flag(Flag.HOW_IMPLAUSIBLE)
        if how is How.VOLUME_KEY and platform not in {Platform.ANDROID, Platform.UNKNOWN}:
            self._flag(Flag.HOW_IMPLAUSIBLE)
        return how, presses

    def _presses(self) -> int | None:
        presses = self._fields.get("presses")
        if presses is None:
            return None
        if isinstance(presses, int) and presses is not True and 0 < presses <= PRESSES_MAX:
            return presses
        self._malformed()
        return None

    def _permissions(self) -> None:
        """Flag what the phone may not do; the operator knows then why there is no picture."""
        denied = self._fields.get("permissions_denied")
        if denied is None:
            return
        if not isinstance(denied, list):
            self._malformed()
            return
        for name in denied:
            told = f"{name}_denied"
            self._flag(Flag(told) if told in set(Flag) else Flag.PERMISSION_DENIED)

    def _language(self) -> Language:
        """Korean unless another of the four is said; ``en-GB`` is English."""
        said = self._fields.get("language")
        if isinstance(said, str):
            said = said.replace("_", "-").partition("-")[0].lower()
        return self._word(Language, said, absent=Language.KO) or Language.KO

    def _alert(self) -> Alert:
        """The service's siren unless set; what is set but not understood makes no sound."""
        return self._word(Alert, self._fields.get("alert"), absent=Alert.SIREN) or Alert.SILENT

    def _drill(self) -> bool:
        """Only a plain ``true`` is a drill: when in doubt, it is real."""
        drill = self._fields.get("drill", False)
        if not isinstance(drill, bool):
            self._malformed()
        return drill is True

    def _moments(self) -> tuple[datetime | None, float | None]:
        """When the device says it happened, and how far its clock is off at receipt."""
        occurred_at = self._moment(self._fields.get("occurred_at"))
        device_now = self._moment(self._fields.get("sent_at")) or occurred_at
        if device_now is None:
            return occurred_at, None
        skew_s = (device_now - self._at).total_seconds()
        if abs(skew_s) > self._policy.clock_skew_s:
            self._flag(Flag.CLOCK_SKEWED)
        return occurred_at, skew_s

    def _position(self) -> tuple[Position | None, FixQuality | None]:
        sent = self._fields.get("position")
        if sent is None:
            self._flag(Flag.POSITION_MISSING)
            return None, None
        fields = self._object(sent, POSITION)
        latitude_deg = number(fields.get("latitude_deg"))
        longitude_deg = number(fields.get("longitude_deg"))
        if not (within(latitude_deg, 90) and within(longitude_deg, 180)):
            self._flag(Flag.POSITION_MALFORMED)
            return None, None
        return Position(latitude_deg=latitude_deg, longitude_deg=longitude_deg), self._fix(fields)

    def _fix(self, fields: Mapping[str, Any]) -> FixQuality:
        accuracy_m = number(fields.get("accuracy_m"))
        if fields.get("accuracy_m") is not None and (accuracy_m is None or accuracy_m < 0):
            self._malformed()
            accuracy_m = None
        if accuracy_m is not None and accuracy_m > self._policy.poor_accuracy_m:
            self._flag(Flag.POSITION_INACCURATE)
        fixed_at = self._moment(fields.get("fixed_at"))
        age_s = (self._at - fixed_at).total_seconds() if fixed_at else None
        if age_s is not None and age_s > self._policy.stale_fix_s:
            self._flag(Flag.POSITION_STALE)
        source = self._word(FixSource, fields.get("source"), absent=FixSource.UNKNOWN)
        return FixQuality(
            source=source or FixSource.UNKNOWN,
            accuracy_m=accuracy_m,
            fixed_at=fixed_at,
            age_s=age_s,
        )

    def _located(self, position: Position | None) -> Located:
        if position is None:
            return Located(district=CITY, cell=None, outside=False)
        located = self._districts.locate(position)
        if located.outside:
            self._flag(Flag.POSITION_OUTSIDE)
        return located

    def _word(self, words: type[WordT], said: object, *, absent: WordT) -> WordT | None:
        """The word that was said, ``absent`` when none was, None when it is not one of ours."""
        if said is None:
            return absent
        if isinstance(said, str) and said in set(words):
            return words(said)
        self._malformed()
        return None

    def _moment(self, said: object) -> datetime | None:
        """As ``plain_values.moment``; what is said and is none is flagged."""
        found = moment(said)
        if found is None and said is not None:
            self._malformed()
        return found
