"""The same trigger said otherwise: its first word stands, and the difference is kept beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from domain.base import ERASED, Erased, Fact, applies
from domain.emergency import facts
from domain.emergency.calling import Calling
from domain.emergency.facts import SealedPosition
from domain.emergency.signal import Signal
from domain.emergency.vocabulary import Alert, Amendable, Device, Flag, How
from domain.geography import Cell, DistrictCode, FixQuality, Position
from domain.language import Language

UNREAD: Final = frozenset({Flag.FIELD_MALFORMED, Flag.FIELD_UNKNOWN})


class Amended(Fact):
    """A repeat of a trigger said something else; all that it said, and which of it differed."""

    TOPIC: ClassVar[str] = "emergency.amended"

    citizen_id: UUID | None
    trigger_id: str
    fields: tuple[Amendable, ...]
    """What differed from the trigger's first word."""
    how: How
    presses: int | None
    device: Device
    language: Language
    alert: Alert
    """A silent one makes the whole report silent; a loud one changes nothing."""
    flags: tuple[Flag, ...]
    district: DistrictCode
    cell: Cell | None
    fix: FixQuality | None
    skew_s: float | None
    position: SealedPosition = ERASED


@dataclass(frozen=True, slots=True)
class Said:
    """What one sending of a trigger said, as far as another could say it otherwise."""

    how: How
    presses: int | None
    device: Device
    language: Language | None
    """None where the fact does not keep it."""
    alert: Alert
    occurred_at: datetime | None
    position: Position | Erased | None
    other: bool

    @classmethod
    def of(cls, one: Signal | facts.Triggered | facts.Joined | Amended) -> Said:
        return cls(
            how=one.how,
            presses=one.presses,
            device=one.device,
            language=getattr(one, "language", None),
            alert=one.alert,
            occurred_at=one.occurred_at,
            position=one.position,
            other=bool(UNREAD & set(one.flags)),
        )

    def otherwise(self, first: Said) -> Iterator[Amendable]:
        """In what this differs from the first."""
        for field in fields(self):
            was, said = getattr(first, field.name), getattr(self, field.name)
            if was != said and not (field.name == "language" and None in {was, said}):
                yield Amendable(field.name)


class Amending(Calling):
    """What each trigger has said, the first time and since."""

    said: tuple[tuple[str, Said], ...] = ()
    """By trigger id, its first word before the others."""

    def amend(self, signal: Signal, *, at: datetime) -> None:
        """Keep what a repeat of a trigger says otherwise, at any stage; once.

        A position helps: it becomes the newest, and within the window it moves the report. A
        silent alert makes the report silent. Nothing else acts, and nothing rings.
        """
        said = Said.of(signal)
        known = [one for trigger_id, one in self.said if trigger_id == signal.trigger_id]
        if not known or not all([*said.otherwise(one)] for one in known):
            return
        self.record(
            Amended,
            at=at,
            occurred_at=signal.occurred_at,
            citizen_id=self.citizen_id,
            trigger_id=signal.trigger_id,
            fields=tuple(said.otherwise(known[0])),
            how=signal.how,
            presses=signal.presses,
            device=signal.device,
            language=signal.language,
            alert=signal.alert,
            flags=signal.flags,
            district=signal.district,
            cell=signal.cell,
            fix=signal.fix,
            skew_s=signal.skew_s,
            position=signal.position,
        )
        self._stop_ringing(at=at)

    @applies(facts.Triggered, facts.Joined, Amended)
    def _said(self, fact: Fact) -> None:
        if isinstance(fact, facts.Triggered | facts.Joined | Amended):
            self.said = (*self.said, (fact.trigger_id, Said.of(fact)))

    @applies(Amended)
    def _amended(self, fact: Amended) -> None:
        if fact.alert is Alert.SILENT:
            self.alert = fact.alert
        if fact.fix is not None:
            self.position = fact.position
            self.fix = fact.fix
            self._place(fact.district)
