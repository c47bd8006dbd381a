"""One emergency bell: where it stands, and whether it is well."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Aggregate, applies
from domain.bell import facts
from domain.bell.place import BellPlace
from domain.bell.refusals import BellRetired, NothingToRepair
from domain.policy import Policy


class Bell(Aggregate):
    """Its presses are the reports' matter (``BellGuard``), its signs of life lie beside the log."""

    TOPIC = "bell"

    bell_no: str
    place: BellPlace
    line: str | None
    retired: bool
    since: datetime
    """When it was installed, reinstated or repaired: from then on it should be heard."""
    silent: bool
    stuck: bool
    repaired_at: datetime | None

    @staticmethod
    def create_id(bell_no: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"/bells/{bell_no}")

    @classmethod
    def install(cls, *, bell_no: str, place: BellPlace, line: str | None, at: datetime) -> Self:
        return cls.begin(
            facts.Installed,
            id=cls.create_id(bell_no),
            at=at,
            bell_no=bell_no,
            place=place,
            line=line,
        )

    def stand_at(self, *, place: BellPlace, line: str | None, at: datetime) -> None:
        """Stand there, under that line; as it stands already: nothing."""
        if self.retired:
            self.record(facts.Reinstated, at=at, place=place, line=line)
            return
        if place != self.place:
            self.record(facts.Moved, at=at, place=place)
        if line != self.line:
            self.record(facts.LineChanged, at=at, line=line)

    def retire(self, *, at: datetime) -> None:
        """Take it down; twice is once."""
        if not self.retired:
            self.record(facts.Retired, at=at)

    def not_heard(self, *, last_heard_at: datetime | None, at: datetime, policy: Policy) -> None:
        """Note, once, that nothing was heard of it for too long; too early: nothing.

        Args:
            last_heard_at: of its last word; None when it never said one.
            at: the moment.
            policy: says how long a silence is one.
        """
        seen_at = max(one for one in (last_heard_at, self.since) if one is not None)
        silence = at - seen_at
        if self.silent or self.retired or silence < timedelta(seconds=policy.bell_silent_after_s):
            return
        self.record(
            facts.FellSilent, at=at, last_heard_at=seen_at, silent_s=silence.total_seconds()
        )

    def heard(self, *, heard_at: datetime, at: datetime) -> None:
        """Note that a silent bell was heard; one that was not silent: nothing."""
        if self.silent:
            self.record(facts.HeardAgain, at=at, heard_at=heard_at)

    def seem_stuck(self, *, report_id: UUID, presses: int, within_s: float, at: datetime) -> None:
        """Note that its button may be stuck, once until it is repaired."""
        if not self.stuck:
            self.record(
                facts.SeemedStuck, at=at, report_id=report_id, presses=presses, within_s=within_s
            )

    def repair(self, *, repaired_by: UUID, battery_low: bool, at: datetime) -> None:
        """Take it from the maintenance list.

        Args:
            repaired_by: who says so.
            battery_low: whether it is on the list for its battery, which no fact tells.
            at: the moment.

        Raises:
            BellRetired: it was taken down.
            NothingToRepair: it is not on the list.
        """
        if self.retired:
            raise BellRetired(self.bell_no)
        if not (self.silent or self.stuck or battery_low):
            raise NothingToRepair(self.bell_no)
        self.record(facts.Repaired, at=at, repaired_by=repaired_by)

    @applies(facts.Installed)
    def _installed(self, fact: facts.Installed) -> None:
        self.bell_no = fact.bell_no
        self.place = fact.place
        self.line = fact.line
        self.retired = False
        self.repaired_at = None
        self._well(fact.timestamp)

    def _well(self, since: datetime) -> None:
        self.since = since
        self.silent = False
        self.stuck = False

    @applies(facts.Moved)
    def _moved(self, fact: facts.Moved) -> None:
        self.place = fact.place

    @applies(facts.LineChanged)
    def _line_changed(self, fact: facts.LineChanged) -> None:
        self.line = fact.line

    @applies(facts.Retired)
    def _retired(self, _fact: facts.Retired) -> None:
        self.retired = True

    @applies(facts.Reinstated)
    def _reinstated(self, fact: facts.Reinstated) -> None:
        self.place = fact.place
        self.line = fact.line
        self.retired = False
        self._well(fact.timestamp)

    @applies(facts.FellSilent)
    def _fell_silent(self, _fact: facts.FellSilent) -> None:
        self.silent = True

    @applies(facts.HeardAgain)
    def _heard_again(self, _fact: facts.HeardAgain) -> None:
        self.silent = False

    @applies(facts.SeemedStuck)
    def _seemed_stuck(self, _fact: facts.SeemedStuck) -> None:
        self.stuck = True

    @applies(facts.Repaired)
    def _repaired(self, fact: facts.Repaired) -> None:
        self.repaired_at = fact.timestamp
        self._well(fact.timestamp)
