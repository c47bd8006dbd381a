"""She moves, falls silent, and goes over a border; two centres pass her report on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from application.emergency.commands import AcceptTransfer, OfferTransfer, RefuseTransfer
from application.outbox import Timer, TimerKind
from domain.emergency.transferring import Offer
from domain.emergency.vocabulary import Stage
from domain.geography import Position
from domain.policy import Policy
from tests.application.house import SYSTEM, phone
from tests.memory import GANGDONG, GANGDONG_OFFICE, SONGPA, SONGPA_OFFICE
from tests.stateful.life_of_reports import LifeOfReports
from tests.stateful.overtaking import OPERATORS, Command
from tests.stateful.turns import coordinates

DISTRICTS = st.sampled_from([SONGPA, SONGPA, GANGDONG])
AGAIN = timedelta(seconds=Policy().transfer_again_s)
POSITIONS, EVERY_S = 5, 10
"""More than 30 s between the first and the last."""


class Moving(LifeOfReports):
    """The other centre is asked by hand, or because she is there; it answers or is silent."""

    def __init__(self) -> None:
        super().__init__()
        self.offers: dict[UUID, Offer] = {}
        self.resting: dict[UUID, datetime] = {}

    @rule(report_id=LifeOfReports.reports, operator=OPERATORS, to=DISTRICTS)
    def offer(self, report_id: UUID, operator: Any, to: str) -> None:
        one = self.model[report_id]
        command = OfferTransfer(report_id=report_id, to_district=to, reason="She is there.")
        if self._step(
            operator,
            lambda: (
                self._lives(one)
                and self.offer_of(report_id) is None
                and to != self.centres.responsible(report_id)
            ),
            self.house.desk.offer_transfer,
            command,
        ):
            answer_by = self.house.clock.now() + timedelta(seconds=15)
            self.offers[report_id] = Offer(to_district=to, answer_by=answer_by)

    @rule(report_id=LifeOfReports.reports, operator=OPERATORS)
    def the_other_centre_accepts(self, report_id: UUID, operator: Any) -> None:
        accept = AcceptTransfer(report_id=report_id)
        if self._answers(report_id, operator, self.house.desk.accept_transfer, accept):
            self._taken(self.model[report_id], operator)
            self.resting.pop(report_id, None)

    @rule(report_id=LifeOfReports.reports, operator=OPERATORS)
    def the_other_centre_refuses(self, report_id: UUID, operator: Any) -> None:
        refuse = RefuseTransfer(report_id=report_id, reason="Not here.")
        if self._answers(report_id, operator, self.house.desk.refuse_transfer, refuse):
            self.resting[report_id] = self.house.clock.now() + AGAIN

    def _answers(self, report_id: UUID, operator: Any, desk: Command, answer: Any) -> bool:
        """Of the centre that is asked, or the coordinator; nobody else."""

        def allowed() -> bool:
            offer = self.offer_of(report_id)
            if offer is None or self.house.clock.now() > offer.answer_by:
                return False
            asked = coordinates(operator) or offer.to_district == operator.principal.district
            return asked and self._lives(self.model[report_id])

        done = self._ask(allowed, lambda: desk(answer, operator))
        if done:
            self.offers.pop(report_id)
        return done

    @rule(
        report_id=LifeOfReports.reports,
        place=st.sampled_from([SONGPA_OFFICE, GANGDONG_OFFICE]),
        times=st.integers(1, 2),
        late=st.one_of(st.none(), st.permutations(range(POSITIONS))),
    )
    def she_walks(
        self, report_id: UUID, place: Position, times: int, late: list[int] | None
    ) -> None:
        """Each position as it is taken; or all of them late, in another order, and again."""
        identity = phone(self.model[report_id].citizen)
        self.house.clock.advance(POSITIONS * EVERY_S if late else 0)
        for ago in late or [0] * POSITIONS:
            self.house.clock.advance(0 if late else EVERY_S)
            for _ in range(times):
                fix = self.house.at(place, ago_s=ago * EVERY_S)
                receipt = self.house.moves(report_id, fix, identity=identity)
        there = SONGPA if place == SONGPA_OFFICE else GANGDONG
        one = self.model[report_id]
        over = one.pretended or one.seems_resolved
        over = over or one.stage in (Stage.CANCELLED, Stage.RESOLVED)
        assert receipt.open != over
        rests = self.house.clock.now() < self.resting.get(report_id, self.house.clock.now())
        expected = self.offer_of(report_id) is not None or (
            self._lives(one) and there != self.centres.responsible(report_id) and not rests
        )
        offer = self.report(report_id).offer
        assert (offer is not None) == expected
        if offer is not None:
            self.offers[report_id] = offer

    @rule(seconds=st.sampled_from([60, 121]))
    def nobody_is_heard_of(self, seconds: float) -> None:
        self.house.clock.advance(seconds)
        self.house.positions.lose_signals(SYSTEM)
        head = self.house.log.max_notification_id()
        assert self.house.positions.lose_signals(SYSTEM) == 0
        assert self.house.log.max_notification_id() == head

    @rule()
    def positions_of_what_is_over_go(self) -> None:
        self.house.positions.purge(SYSTEM)
        live: Any = self.house.live
        assert not [one for one in live.slots if self.report(one).ended]

    @rule()
    @precondition(lambda self: bool(self.offers))
    def nobody_answers(self) -> None:
        self.house.clock.advance(16)
        for timer in self._waiting():
            if timer.kind is TimerKind.TRANSFER and timer.due_at <= self.house.clock.now():
                self._fire(timer)

    def _put(self, timer: Timer) -> None:
        if timer.kind is not TimerKind.TRANSFER:
            super()._put(timer)
            return
        report_id = timer.aggregate_id
        self.house.desk.transfer_expired(report_id, timer.due_at, SYSTEM)
        offer = self.offer_of(report_id)
        if offer is not None and offer.answer_by == timer.due_at:
            self.offers.pop(report_id)
            self.resting[report_id] = self.house.clock.now() + AGAIN

    def offer_of(self, report_id: UUID) -> Offer | None:
        return self.offers.get(report_id)

    def _raised_elsewhere(self, report_id: UUID) -> None:
        """It goes where she raised again; what another centre was asked is void."""
        super()._raised_elsewhere(report_id)
        self.offers.pop(report_id, None)
        self.resting.pop(report_id, None)

    def _over(self, report_id: UUID) -> None:
        """With the report its offer ends."""
        super()._over(report_id)
        self.offers.pop(report_id, None)
