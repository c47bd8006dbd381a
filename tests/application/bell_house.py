"""The bells' desks over twins: signs in a dict, the register read from the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from application.bells.hearing import BellHearing, Heard
from application.bells.lists import ListedBell
from application.bells.ports import Hearing, KnownBell, Sign, Silence
from application.bells.presses import Press, PressReceipt
from application.bells.pressing import BellPresses
from application.bells.registry import BellRegistry
from application.context import Context, Principal
from domain.bell import Bell, BellPlace
from domain.bell.facts import Installed
from domain.emergency.vocabulary import Flag
from domain.roles import Role
from tests.application.house import CORRELATION, SYSTEM, DeskHouse
from tests.memory import GANGDONG, GANGDONG_OFFICE, FixedDistricts

GATEWAY = Context(principal=Principal(id="bells", role=Role.PARTNER), correlation_id=CORRELATION)
PARK = "GD-0417"
PARK_PLACE = BellPlace(
    latitude_deg=GANGDONG_OFFICE.latitude_deg,
    longitude_deg=GANGDONG_OFFICE.longitude_deg,
    district=GANGDONG,
    cell="2109_5478",
    address="서울특별시 강동구 성내로 25",
)
LINE = "8417"


class MemorySigns:
    def __init__(self) -> None:
        self.kept: dict[UUID, Sign] = {}

    def keep(self, signs: Sequence[Sign]) -> None:
        for sign in signs:
            known = self.kept.get(sign.bell_id)
            if known is None or sign.heard_at >= known.heard_at:
                battery = sign.battery_pct
                if battery is None and known is not None:
                    battery = known.battery_pct
                self.kept[sign.bell_id] = sign.model_copy(update={"battery_pct": battery})

    def of(self, bell_id: UUID) -> Sign | None:
        return self.kept.get(bell_id)


class LogRegister:
    """Knows all that the log has, unless ``blind`` is set: then somebody is ahead of it."""

    def __init__(self, house: DeskHouse, signs: MemorySigns) -> None:
        self._house = house
        self._signs = signs
        self.blind = False

    def _bells(self) -> list[Bell]:
        ids = [one.originator_id for one in self._house.log.facts() if isinstance(one, Installed)]
        return [] if self.blind else [self._house.app.load(Bell, one) for one in ids]

    def known(self) -> Mapping[UUID, KnownBell]:
        return {
            one.id: KnownBell(
                bell_id=one.id,
                bell_no=one.bell_no,
                place=one.place,
                line=one.line,
                retired=one.retired,
            )
            for one in self._bells()
        }

    def hearing(self, silent_before: datetime, limit: int) -> Hearing:
        standing = [one for one in self._bells() if not one.retired]
        listened_to = [one for one in standing if not one.silent]
        overdue = [one for one in listened_to if self._last(one) < silent_before]
        again = [one for one in standing if one.silent and self._last(one) >= silent_before]
        return Hearing(
            listened_to=len(listened_to),
            overdue=tuple(self._silence(one) for one in overdue[:limit]),
            overdue_in_all=len(overdue),
            heard_again=tuple(self._silence(one) for one in again[:limit]),
        )

    def _last(self, bell: Bell) -> datetime:
        sign = self._signs.of(bell.id)
        return bell.since if sign is None else max(bell.since, sign.heard_at)

    def _silence(self, bell: Bell) -> Silence:
        sign = self._signs.of(bell.id)
        return Silence(bell_id=bell.id, last_heard_at=sign.heard_at if sign else None)


class BellHouse(DeskHouse):
    """One bell in a park of Gangdong-gu is registered."""

    def __init__(self, **policy: Any) -> None:
        from domain.policy import Policy

        self.signs = MemorySigns()
        super().__init__(Policy(**policy))
        self.registry.take_in([ListedBell(bell_no=PARK, place=PARK_PLACE, line=LINE)], SYSTEM)

    def restart(self) -> None:
        super().restart()
        desk = (self.app, self.clock, self.log)
        self.register = LogRegister(self, self.signs)
        self.presses = BellPresses(
            *desk,
            districts=FixedDistricts(),
            policy=self.policy,
            access_log=self.access,
            presence=self.presence,
        )
        kept = {"register": self.register, "signs": self.signs, "policy": self.policy}
        self.registry = BellRegistry(*desk, **kept)
        self.hearing = BellHearing(*desk, **kept)

    def press(
        self, press_id: str | None = "p-1", bell_no: str = PARK, *, flags: Any = (), **more: Any
    ) -> PressReceipt:
        sent = {"press_id": press_id, **more} if press_id else more
        press = Press(
            bell_no=bell_no,
            sent=sent,
            fallback_id=str(self.secrets.new_id()),
            body_sha256=sha256(repr(sent).encode()).digest(),
            flags=tuple(Flag(flag) for flag in flags),
        )
        return self.presses.press(press, GATEWAY)

    def beat(self, bell_no: str = PARK, **sent: Any) -> None:
        self.hearing.hear([Heard(bell_no=bell_no, sent=sent)], GATEWAY)

    def bell(self, bell_no: str = PARK) -> Bell:
        return self.app.load(Bell, Bell.create_id(bell_no))

    def facts_of(self, bell_no: str = PARK) -> list[str]:
        return self.log.topics(Bell.create_id(bell_no))


def guard_of(bell_no: str = PARK) -> UUID:
    return uuid5(Bell.create_id(bell_no), "guard")
