"""How a report rises while nobody claims it, or whoever claimed it does nothing."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid5

from domain.base import Fact, applies
from domain.emergency import facts, refusals
from domain.emergency.answering import idle_rises
from domain.emergency.help_answers import HelpAnswers
from domain.emergency.vocabulary import Escalation, RiseCause, Stage
from domain.escalation import CITY_LINE
from domain.escalation import OnDuty as OnDuty  # noqa: PLC0414
from domain.geography import CITY, DistrictCode
from domain.page import Page
from domain.policy import EscalationLevel, Policy


class SupervisorPaged(Fact):
    """The provider took the call to the supervisor on duty, or to the city."""

    TOPIC: ClassVar[str] = "emergency.supervisor_paged"

    page_id: UUID
    call_id: str


class Rising(HelpAnswers):
    """Supervisor, neighbours, the city, the police: one after the other, and each once."""

    pages: tuple[UUID, ...] = ()
    paged: frozenset[UUID] = frozenset()

    def escalate(
        self,
        *,
        level: EscalationLevel,
        due_at: datetime,
        neighbours: tuple[DistrictCode, ...],
        at: datetime,
        on_duty: OnDuty = CITY_LINE,
    ) -> None:
        """Let a report rise to ``level`` that nobody answers, or whose holder stays idle.

        Nothing happens when it is not due, or when ``due_at`` belongs to an earlier schedule:
        somebody has claimed it, or acted. The last level asks the police, unless somebody has.

        Args:
            level: how far it rises.
            due_at: names the timer that asks.
            neighbours: the centres around the report's district.
            at: the moment of asking.
            on_duty: whom the level of the supervisor calls.
        """
        due = Escalation(level=level, due_at=due_at)
        if at < due_at or due not in self.escalations:
            return
        held = self.stage is Stage.CLAIMED and self.answer_by is None
        self._rise(
            level,
            RiseCause.IDLE if held else RiseCause.UNANSWERED,
            self._reaching(level, neighbours),
            at=at,
            page=self._page(on_duty) if level is EscalationLevel.SUPERVISOR else None,
        )
        if level is EscalationLevel.POLICE and not self.drill and not self.police_asked:
            self._ask_police(operator_id=None, at=at)

    def idle_claim(
        self, *, due_at: datetime, at: datetime, policy: Policy, on_duty: OnDuty = CITY_LINE
    ) -> None:
        """Ring again when the holder has done nothing since the claim, and call the supervisor.

        Nothing happens when it is not due, when ``due_at`` belongs to an earlier claim, or
        when the holder has acted. While she still does nothing, it rises further.
        """
        if self.stage is not Stage.CLAIMED or self.acted or self.act_by != due_at or at < due_at:
            return
        self._rise(
            EscalationLevel.IDLE_CLAIM,
            RiseCause.IDLE,
            self.districts,
            at=at,
            page=self._page(on_duty),
            escalations=idle_rises(at, policy),
        )

    def ring_elsewhere(
        self, because: RiseCause, *, centres: tuple[DistrictCode, ...], at: datetime
    ) -> None:
        """Ring at once elsewhere: nobody's hand is at a console of the report's own centre.

        Nothing happens when somebody has it, or when it has risen to the neighbours already.

        Args:
            because: whether its centre is closed, or only nobody was felt there.
            centres: where it rings from now on, too.
            at: the moment.
        """
        pending = {due.level for due in self.escalations}
        if self.answer_by is not None and EscalationLevel.NEIGHBOUR in pending and centres:
            self._rise(EscalationLevel.NEIGHBOUR, because, self._with(centres), at=at)

    def supervisor_paged(self, *, page_id: UUID, call_id: str, at: datetime) -> None:
        """The provider took the call; told twice, it is kept once.

        Raises:
            NotRequested: this report called nobody under that id.
        """
        if page_id not in self.pages:
            raise refusals.NotRequested(str(page_id))
        if page_id not in self.paged:
            self.record(SupervisorPaged, at=at, page_id=page_id, call_id=call_id)

    def _rise(  # noqa: PLR0913 (one place for all that rise)
        self,
        level: EscalationLevel,
        because: RiseCause,
        districts: tuple[DistrictCode, ...],
        *,
        at: datetime,
        page: Page | None = None,
        escalations: tuple[Escalation, ...] = (),
    ) -> None:
        self.record(
            facts.Escalated,
            at=at,
            level=level,
            districts=districts,
            because=because,
            escalations=escalations,
            page=page,
        )

    def _page(self, on_duty: OnDuty) -> Page | None:
        """Nobody is called for a drill."""
        if self.drill:
            return None
        return on_duty.page(uuid5(self.id, f"page/{len(self.pages) + 1}"))

    def _reaching(
        self, level: EscalationLevel, neighbours: tuple[DistrictCode, ...]
    ) -> tuple[DistrictCode, ...]:
        further: tuple[DistrictCode, ...] = ()
        if level is EscalationLevel.NEIGHBOUR:
            further = neighbours
        elif level is EscalationLevel.CITY:
            further = (CITY,)
        return self._with(further)

    def _with(self, further: tuple[DistrictCode, ...]) -> tuple[DistrictCode, ...]:
        return tuple(dict.fromkeys((*self.districts, *further)))

    @applies(facts.Escalated)
    def _rose(self, fact: facts.Escalated) -> None:
        if fact.page is not None:
            self.pages = (*self.pages, fact.page.page_id)

    @applies(SupervisorPaged)
    def _supervisor_paged(self, fact: SupervisorPaged) -> None:
        self.paged = self.paged | {fact.page_id}
