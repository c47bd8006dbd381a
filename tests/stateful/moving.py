"""She moves, falls silent, and goes over a border; two centres pass her report on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from application.emergency.commands import AcceptTransfer, OfferTransfer, RefuseTransfer
from application.errors import Forbidden
from application.outbox import Timer, TimerKind
from domain.base import DomainError
from domain.emergency.transferring import Offer
from domain.emergency.vocabulary import Stage
from domain.policy import Policy
from tests.application.house import KIM, PARK_OF_SONGPA, SYSTEM, id_of, phone
from tests.application.whereabouts_house import MovingHouse
from tests.memory import GANGDONG, GANGDONG_OFFICE, SONGPA, SONGPA_OFFICE
from tests.stateful.life_of_reports import LifeOfReports

AGAIN = timedelta(seconds=Policy().transfer_again_s)
POSITIONS = 5
"""Ten seconds apart: more than 30 s between the first and the last."""


class Moving(LifeOfReports):
    """Songpa is asked by hand, or because she is there; it accepts, refuses, or does nothing."""

    House = MovingHouse
    house: MovingHouse

    def __init__(self) -> None:
        super().__init__()
        self.offers: dict[UUID, Offer] = {}
        self.resting: dict[UUID, datetime] = {}
        self.centre: dict[UUID, str] = {}

    @rule(report_id=LifeOfReports.reports, to=st.sampled_from([SONGPA, SONGPA, GANGDONG]))
    def offer(self, report_id: UUID, to: str) -> None:
        allowed = (
            self._lives(self.model[report_id])
            and self._offer_of(report_id) is None
            and to != self._centre_of(report_id)
        )
        offer = OfferTransfer(report_id=report_id, to_district=to, reason="She is there.")
        self._ask(allowed, lambda: self.house.desk.offer_transfer(offer, KIM))
        if allowed:
            answer_by = self.house.clock.now() + timedelta(seconds=15)
            self.offers[report_id] = Offer(to_district=to, answer_by=answer_by)

    @rule(report_id=LifeOfReports.reports)
    def songpa_accepts(self, report_id: UUID) -> None:
        if self._answers(report_id, AcceptTransfer(report_id=report_id)):
            one = self.model[report_id]
            one.stage, one.holder = Stage.CLAIMED, id_of(PARK_OF_SONGPA)
            one.unanswered = False
            self.centre[report_id] = SONGPA
            self.resting.pop(report_id, None)

    @rule(report_id=LifeOfReports.reports)
    def songpa_refuses(self, report_id: UUID) -> None:
        if self._answers(report_id, RefuseTransfer(report_id=report_id, reason="Not here.")):
            self.resting[report_id] = self.house.clock.now() + AGAIN

    def _answers(self, report_id: UUID, answer: AcceptTransfer | RefuseTransfer) -> bool:
        offer = self._offer_of(report_id)
        asked = offer is not None and offer.to_district == SONGPA
        in_time = offer is not None and self.house.clock.now() <= offer.answer_by
        allowed = asked and in_time and self._lives(self.model[report_id])
        desk = self.house.desk
        try:
            if isinstance(answer, AcceptTransfer):
                desk.accept_transfer(answer, PARK_OF_SONGPA)
            else:
                desk.refuse_transfer(answer, PARK_OF_SONGPA)
        except (DomainError, Forbidden):
            assert not allowed
            return False
        assert allowed
        self.offers.pop(report_id)
        return True

    @rule(report_id=LifeOfReports.reports, away=st.booleans(), twice=st.booleans())
    def she_walks(self, report_id: UUID, away: bool, twice: bool) -> None:  # noqa: FBT001
        place = SONGPA_OFFICE if away else GANGDONG_OFFICE
        identity = phone(self.model[report_id].citizen)
        for _ in range(POSITIONS):
            self.house.clock.advance(10)
            for _ in range(1 + twice):
                receipt = self.house.moves(report_id, self.house.at(place), identity=identity)
        there = SONGPA if away else GANGDONG
        one = self.model[report_id]
        over = one.pretended or one.stage in (Stage.CANCELLED, Stage.RESOLVED)
        assert receipt.open != over
        rests = self.house.clock.now() < self.resting.get(report_id, self.house.clock.now())
        expected = self._offer_of(report_id) is not None or (
            self._lives(one) and there != self._centre_of(report_id) and not rests
        )
        offer = self.house.report(report_id).offer
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
        assert not [one for one in live.slots if self.house.report(one).ended]

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
        offer = self._offer_of(report_id)
        if offer is not None and offer.answer_by == timer.due_at:
            self.offers.pop(report_id)
            self.resting[report_id] = self.house.clock.now() + AGAIN

    def _joined(self, report_id: UUID) -> None:
        """It is Gangdong's again; what another centre was asked is void."""
        super()._joined(report_id)
        if self._centre_of(report_id) != GANGDONG:
            self.centre[report_id] = GANGDONG
            self.offers.pop(report_id, None)
            self.resting.pop(report_id, None)

    def _offer_of(self, report_id: UUID) -> Offer | None:
        return self.offers.get(report_id)

    def _over(self, report_id: UUID) -> None:
        """With the report its offer ends."""
        super()._over(report_id)
        self.offers.pop(report_id, None)

    def _centre_of(self, report_id: UUID) -> str:
        return self.centre.get(report_id, GANGDONG)
