"""What partners answer, who is there and who is not: beside all that can be done to reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from application.emergency.commands import (
    ShareCamera,
    StandHelpDown,
    StopSharing,
    TakeOverReport,
)
from application.outbox import Channel, TimerKind
from domain.base import Fact
from domain.emergency import facts
from domain.emergency import help_answers as told
from domain.emergency.attending import HolderAway, HolderBack
from domain.emergency.help_answers import Decline, HelpKind, StandDown
from domain.emergency.sharing import CameraShared, CameraShareEnded
from domain.emergency.vocabulary import Stage
from tests.application.house import PARTNER, SYSTEM, id_of
from tests.memory import GANGDONG, SONGPA
from tests.stateful.cancelling import Cancelling
from tests.stateful.life_of_reports import OPERATORS

CAMERA = "GD-001"
CLOSING = told.PoliceDeclined | told.PoliceDuplicateOf | told.PoliceStoodDown
reports = Cancelling.reports


class Answering(Cancelling):
    """Declines, duplicates, stand-downs, shared cameras, absences, closed centres."""

    @rule(report_id=reports, answer=st.sampled_from(["no", "known", "there"]), last=st.booleans())
    def the_police_answer(self, report_id: UUID, answer: str, last: bool) -> None:  # noqa: FBT001
        asked = self._asked_police(report_id)
        request_id = (asked[-1] if last else asked[0]) if asked else uuid5(report_id, "police/1")
        desk = self.house.desk

        def tell() -> object:
            if answer == "no":
                return desk.help_declined(
                    HelpKind.POLICE, report_id, request_id, Decline.NO_UNIT, PARTNER
                )
            if answer == "known":
                return desk.police_duplicate_of(report_id, request_id, "112-0", PARTNER)
            return desk.police_already_on_scene(report_id, request_id, "112-0", PARTNER)

        self._ask(bool(asked), tell)

    @rule(report_id=reports, operator=OPERATORS)
    def stand_down(self, report_id: UUID, operator: Any) -> None:
        command = StandHelpDown(report_id=report_id, kind=HelpKind.POLICE, why=StandDown.SAFE)
        standing = bool(self._standing(report_id))
        self._ask(standing, lambda: self.house.desk.stand_down(command, operator))
        assert not self._standing(report_id)

    @rule(report_id=reports, operator=OPERATORS)
    def share(self, report_id: UUID, operator: Any) -> None:
        command = ShareCamera(report_id=report_id, camera_id=CAMERA)
        allowed = self._lives(self.model[report_id]) and bool(self._standing(report_id))
        self._ask(allowed, lambda: self.house.desk.share_camera(command, operator))

    @rule(report_id=reports, operator=OPERATORS)
    def share_no_more(self, report_id: UUID, operator: Any) -> None:
        command = StopSharing(report_id=report_id, camera_id=CAMERA)
        shared = bool(self._shared(report_id))
        self._ask(shared, lambda: self.house.desk.stop_sharing(command, operator))

    @rule(report_id=reports)
    def the_holder_is_silent(self, report_id: UUID) -> None:
        holder = self.model[report_id].holder
        if holder is not None:
            self.house.desk.holder_silent(report_id, holder, None, SYSTEM)

    @rule(report_id=reports, operator=OPERATORS)
    def the_holder_is_felt(self, report_id: UUID, operator: Any) -> None:
        self.house.desk.holder_seen(report_id, id_of(operator), SYSTEM)

    @rule(report_id=reports, operator=OPERATORS)
    @precondition(lambda self: any(self._is_away(one) for one in self.model))
    def an_absent_holder_is_relieved(self, report_id: UUID, operator: Any) -> None:
        """Without a reason, and only where somebody else is away."""
        one = self.model[report_id]
        if self._is_away(report_id) and one.holder != id_of(operator):
            self.house.desk.take_over(TakeOverReport(report_id=report_id), operator)
            one.holder, one.unanswered = id_of(operator), False
            assert not self._is_away(report_id)

    @rule(closed=st.sampled_from([set(), {GANGDONG}, {GANGDONG, SONGPA}]))
    def centres_open_and_close(self, closed: set[str]) -> None:
        self.house.presence.closed = closed

    @rule(report_id=reports)
    @precondition(lambda self: GANGDONG in self.house.presence.closed)
    def a_closed_centre_is_seen(self, report_id: UUID) -> None:
        self.house.desk.centre_closed(report_id, SYSTEM)

    @invariant()
    def nobody_looks_along_without_a_standing_request(self) -> None:
        for report_id, one in self.model.items():
            if self._shared(report_id):
                assert self._standing(report_id)
                assert one.stage is not Stage.RESOLVED

    @invariant()
    def every_stand_down_goes_out_once(self) -> None:
        taken_back = [
            fact.request_id
            for fact in self.house.log.facts()
            if isinstance(fact, told.PoliceStoodDown)
        ]
        going_out = [
            one.request_id
            for one in self.house.log.deliveries.values()
            if one.channel is Channel.POLICE_STAND_DOWN
        ]
        assert sorted(taken_back) == sorted(map(UUID, map(str, going_out)))

    @invariant()
    def whatever_is_still_to_rise_has_its_timer(self) -> None:
        waiting = {(one.aggregate_id, one.kind, one.due_at) for one in self._waiting()}
        for report_id in self.model:
            for rise in self.house.report(report_id).escalations:
                assert (report_id, TimerKind.ESCALATION, rise.due_at) in waiting

    def _facts(self, report_id: UUID) -> list[Fact]:
        return self.house.log.facts(report_id)

    def _asked_police(self, report_id: UUID) -> list[UUID]:
        return [
            fact.request_id
            for fact in self._facts(report_id)
            if isinstance(fact, facts.PoliceRequested)
        ]

    def _standing(self, report_id: UUID) -> set[UUID]:
        closed = {fact.request_id for fact in self._facts(report_id) if isinstance(fact, CLOSING)}
        return set(self._asked_police(report_id)) - closed

    def _shared(self, report_id: UUID) -> set[UUID]:
        began = self._facts(report_id)
        ended = {fact.share_id for fact in began if isinstance(fact, CameraShareEnded)}
        return {fact.share_id for fact in began if isinstance(fact, CameraShared)} - ended

    def _is_away(self, report_id: UUID) -> bool:
        """By the facts alone: away, and nothing since that says otherwise."""
        turns = (HolderAway, HolderBack, facts.Claimed, facts.TakenOver, facts.Released)
        ends = (facts.Resolved, facts.Reopened)
        seen = [fact for fact in self._facts(report_id) if isinstance(fact, (*turns, *ends))]
        return bool(seen) and isinstance(seen[-1], HolderAway)
