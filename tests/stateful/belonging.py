"""Which report a trigger belongs to, small enough to be obviously right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.emergency.vocabulary import Stage
from domain.geography import Position

DRILL_MODE: Final = timedelta(minutes=10)
APART: Final = timedelta(minutes=15)


@dataclass
class Modelled:
    """All that the model knows of one report."""

    citizen: UUID
    drill: bool
    until: datetime
    stage: Stage = Stage.WINDOW
    holder: UUID | None = None
    unanswered: bool = False
    """Raised again, or no drill any more, and not claimed since."""
    cancelled_at: datetime | None = None
    reopened: bool = False
    duress: bool = False
    pretended: bool = False
    """The phone takes it for cancelled, and it is not."""
    seems_resolved: bool = False
    """The same, of one that was resolved before."""
    wrong_pins: int = 0


class Belonging:
    """Open reports in the order of their opening; two places, too far apart to be one."""

    def __init__(self, model: dict[UUID, Modelled]) -> None:
        self.model = model
        self.open: list[UUID] = []
        self.by_trigger: dict[tuple[UUID, str], UUID] = {}
        self.answered: dict[tuple[UUID, str, bool], UUID] = {}
        """What was said first stands while its answer is kept, for a drill and in earnest apart."""
        self.heard: dict[UUID, datetime] = {}
        self.drill_until: dict[UUID, datetime] = {}
        self.groups: list[set[UUID]] = []
        """Reports that are linked with each other."""

    def place(  # noqa: PLR0913 - what one trigger differs from another in
        self,
        citizen: UUID,
        trigger_id: str,
        place: Position,
        now: datetime,
        *,
        drill: bool,
        seen: Mapping[UUID, Any],
    ) -> UUID | None:
        """The report that takes the trigger in; None when it opens one.

        ``seen`` says where each report's citizen was last known to be.
        """
        first = self.answered.get((citizen, trigger_id, drill))
        if first is not None:
            return first
        known = self.by_trigger.get((citizen, trigger_id))
        if known is not None and (drill or not self.model[known].drill):
            return known
        latest = self.latest(citizen)
        if latest is None or now - self.heard[latest] > APART or place != seen[latest].position:
            return None
        one = self.model[latest]
        again = known != latest
        one.unanswered = one.stage is not Stage.WINDOW and (again or one.drill or one.unanswered)
        one.drill = False
        self.by_trigger[citizen, trigger_id] = latest
        self.heard[latest] = now
        return latest

    def latest(self, citizen: UUID) -> UUID | None:
        mine = [one for one in self.open if self.model[one].citizen == citizen]
        real = [one for one in mine if not self.model[one].drill]
        return max(real or mine, key=lambda one: self.heard[one], default=None)

    def practises(self, citizen: UUID, now: datetime, *, drill: bool) -> bool:
        """Whether a trigger that opens a report opens a drill."""
        real = [
            one
            for one in self.open
            if self.model[one].citizen == citizen and not self.model[one].drill
        ]
        return drill and not real and now < self.drill_until.get(citizen, now)

    def opened(self, report_id: UUID, citizen: UUID, trigger_id: str, now: datetime) -> None:
        before = self.latest(citizen)
        if before is not None and not (self.model[before].drill or self.model[report_id].drill):
            self.link(before, report_id)
        self.open.append(report_id)
        self.by_trigger[citizen, trigger_id] = report_id
        self.heard[report_id] = now

    def reopened(self, report_id: UUID) -> None:
        self.open.append(report_id)

    def over(self, report_id: UUID) -> None:
        """It is, or the phone takes it so: the next trigger opens another."""
        if report_id in self.open:
            self.open.remove(report_id)

    def group_of(self, report_id: UUID) -> set[UUID]:
        return next((group for group in self.groups if report_id in group), set())

    def may_link(self, one: UUID, other: UUID) -> bool:
        mine, theirs = self.group_of(one), self.group_of(other)
        drill = self.model[one].drill or self.model[other].drill
        return not (one == other or drill or (mine and theirs and mine is not theirs))

    def link(self, one: UUID, other: UUID) -> None:
        mine, theirs = self.group_of(one), self.group_of(other)
        if not mine and not theirs:
            self.groups.append({one, other})
        (mine or theirs).update({one, other})

    def unlink(self, report_id: UUID) -> None:
        group = self.group_of(report_id)
        group.discard(report_id)
        if len(group) == 1:
            self.groups.remove(group)
