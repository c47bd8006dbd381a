"""Who watches: an operator, the next one, or, and then it says so, nobody for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from domain.escalation import CITY_LINE, Escalation, OnDuty
from domain.geography import CITY, DistrictCode
from domain.monitoring import facts, refusals
from domain.monitoring.state import MonitoringState
from domain.monitoring.vocabulary import (
    MonitoringStage,
    WatchAssigned,
    WatchLapse,
    WatchRise,
)
from domain.page import Page
from domain.policy import EscalationLevel, Policy

LEVELS: Final = {
    WatchRise.WAITING: (
        EscalationLevel.SUPERVISOR,
        EscalationLevel.NEIGHBOUR,
        EscalationLevel.CITY,
    ),
    WatchRise.HAND_OVER: (EscalationLevel.SUPERVISOR, EscalationLevel.CITY),
    WatchRise.UNANSWERED: (EscalationLevel.SUPERVISOR, EscalationLevel.CITY),
    WatchRise.CALLED: (EscalationLevel.SUPERVISOR, EscalationLevel.CITY),
}


class Watchers(MonitoringState):
    """Every method may refuse with ``Over``."""

    def assign(
        self, *, operator_id: UUID, because: WatchAssigned, at: datetime, policy: Policy
    ) -> None:
        """Let an operator of the centre watch; who does already: nothing. The first starts it.

        Raises:
            Over: it has ended.
        """
        self.must_last()
        if self.watcher == operator_id:
            return
        self.record(
            facts.Assigned,
            at=at,
            operator_id=operator_id,
            district=self.district,
            because=because,
            from_operator_id=self.watcher,
        )
        self._start(operator_id, at=at, policy=policy)

    def unwatch(self, *, because: WatchLapse, at: datetime, policy: Policy) -> None:
        """Say that nobody watches any more; nobody did: nothing."""
        if self.watcher is not None:
            self.record(
                facts.Unwatched,
                at=at,
                operator_id=self.watcher,
                because=because,
                escalations=rises(WatchRise.WAITING, at, policy),
            )

    def escalate(  # noqa: PLR0913 (what rises, how far, and whom it reaches)
        self,
        *,
        because: WatchRise,
        level: EscalationLevel,
        due_at: datetime,
        neighbours: tuple[DistrictCode, ...],
        on_duty: OnDuty,
        at: datetime,
    ) -> None:
        """Let it rise to whom it has to; not due, or seen to meanwhile: nothing.

        Args:
            because: what nobody has seen to.
            level: how far it rises.
            due_at: names the timer that asks.
            neighbours: the centres around its district.
            on_duty: whom the level of the supervisor calls.
            at: the moment of asking.
        """
        if not self.is_due(because=because, level=level, due_at=due_at, at=at):
            return
        further: tuple[DistrictCode, ...] = ()
        if level is EscalationLevel.NEIGHBOUR:
            further = neighbours
        elif level is EscalationLevel.CITY:
            further = (CITY,)
        self.record(
            facts.Escalated,
            at=at,
            level=level,
            because=because,
            districts=tuple(dict.fromkeys((*self.districts, *further))),
            escalations=tuple(
                one for why, one in self.rises if why is because and one.level is not level
            ),
            page=self._page(level, on_duty),
        )

    def is_due(
        self, *, because: WatchRise, level: EscalationLevel, due_at: datetime, at: datetime
    ) -> bool:
        """Whether nobody has seen to it until then."""
        due = (because, Escalation(level=level, due_at=due_at))
        return at >= due_at and due in self.rises

    @property
    def audience(self) -> tuple[DistrictCode, ...]:
        """The centres that see it."""
        return self.districts

    def _start(self, operator_id: UUID, *, at: datetime, policy: Policy) -> None:
        if self.began_at is None:
            self.record(
                facts.Started,
                at=at,
                district=self.district,
                operator_id=operator_id,
                waited_s=(at - self.requested_at).total_seconds(),
                look_at=at + timedelta(seconds=policy.signal_lost_after_s),
            )
            self._set_out(at=at, policy=policy)

    def _set_out(self, *, at: datetime, policy: Policy) -> None:
        """What follows at once when the way begins."""

    def must_be_watched_by(self, operator_id: UUID, *, supervisor: bool) -> None:
        """Raises Over, or NotWatcher; a supervisor may step in at any time."""
        self.must_last()
        if self.watcher != operator_id and not supervisor:
            raise refusals.NotWatcher(str(self.watcher))

    def _page(self, level: EscalationLevel, on_duty: OnDuty) -> Page | None:
        """The supervisor and the city are called; neighbours see it on their boards."""
        if level is EscalationLevel.NEIGHBOUR:
            return None
        line = on_duty if level is EscalationLevel.SUPERVISOR else CITY_LINE
        return line.page(uuid5(self.id, f"page/{self.pages + 1}"))

    @property
    def waits(self) -> bool:
        """Whether somebody must be found to watch."""
        return self.stage is MonitoringStage.WAITING


def rises(because: WatchRise, at: datetime, policy: Policy) -> tuple[Escalation, ...]:
    """How it rises from ``at`` on while nobody sees to it."""
    after_s = {
        EscalationLevel.SUPERVISOR: policy.watch_supervisor_s,
        EscalationLevel.NEIGHBOUR: policy.watch_neighbour_s,
        EscalationLevel.CITY: policy.watch_city_s,
    }
    return tuple(
        Escalation(level=level, due_at=at + timedelta(seconds=after_s[level]))
        for level in LEVELS[because]
    )
