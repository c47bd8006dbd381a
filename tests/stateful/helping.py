"""Police and ambulance: asked for, and every word of theirs, in any order, again, and late."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from application.emergency.commands import (
    RequestAmbulance,
    ShareCamera,
    StandHelpDown,
    StopSharing,
)
from application.outbox import Channel, Delivery
from domain.base import Fact
from domain.emergency import facts
from domain.emergency import help_answers as told
from domain.emergency.help_answers import Decline, HelpKind, StandDown
from domain.emergency.sharing import CameraShared, CameraShareEnded
from domain.emergency.transferring import TransferAccepted
from domain.emergency.vocabulary import PartnerChannel, Stage
from tests.application.delivery_twins import sending
from tests.application.house import PARTNER
from tests.stateful.cancelling import Cancelling
from tests.stateful.overtaking import OPERATORS

CAMERA: Final = "GD-001"
HELP: Final = (Channel.POLICE, Channel.AMBULANCE)
GOING_OUT: Final = (
    *HELP,
    Channel.POLICE_STAND_DOWN,
    Channel.AMBULANCE_STAND_DOWN,
    Channel.PAGE,
)
KINDS: Final = st.sampled_from(HelpKind)
ASKED: Final[dict[HelpKind, type[Fact]]] = {
    HelpKind.POLICE: facts.PoliceRequested,
    HelpKind.AMBULANCE: facts.AmbulanceRequested,
}
CLOSING: Final = (
    told.PoliceDeclined,
    told.PoliceDuplicateOf,
    told.PoliceStoodDown,
    told.AmbulanceDeclined,
    told.AmbulanceStoodDown,
)
STOOD_DOWN: Final = (told.PoliceStoodDown, told.AmbulanceStoodDown)
OF_A_REQUEST: Final = (
    *CLOSING,
    facts.PoliceAcknowledged,
    facts.AmbulanceAcknowledged,
    told.PoliceAlreadyOnScene,
)
OF_A_CAR: Final = (facts.PatrolArrived, facts.AmbulanceArrived)
KNOWN: Final = frozenset(HelpKind)
POLICE_WORDS: Final = ("acknowledged", "declined", "duplicate", "on scene", "arrived")
AMBULANCE_WORDS: Final = ("acknowledged", "declined", "arrived")
reports = Cancelling.reports


class Helping(Cancelling):
    """What they say is kept once; a no, or “we have that already”, leaves her without help."""

    @rule(report_id=reports, operator=OPERATORS)
    def request_ambulance(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        self._step(
            operator,
            lambda: self._lives(one) and not one.drill,
            self.house.desk.request_ambulance,
            RequestAmbulance(report_id=report_id),
        )

    @rule(times=st.integers(1, 2), backwards=st.booleans())
    @precondition(lambda self: bool(self.house.log.deliveries))
    def help_is_asked_for_and_answers(self, times: int, *, backwards: bool) -> None:
        """Whatever waits is sent, the last first or not; a crash may have it sent twice."""
        waiting = [one for one in self.house.log.deliveries.values() if one.channel in GOING_OUT]
        for delivery in reversed(waiting) if backwards else waiting:
            self._sent(delivery, times)

    def _sent(self, delivery: Delivery, times: int) -> None:
        desk = sending(self.house.app, self.house.desk, delivery, self.house.access)
        for _ in range(times):
            self.judged(lambda: None, lambda: desk.attempt(delivery.delivery_id))
        gone = ("done", "a reference") in desk.book.settled  # what is stood down never goes
        if gone and delivery.channel in HELP:
            self.sent.add(delivery.delivery_id)

    @rule(report_id=reports, word=st.sampled_from(POLICE_WORDS), last=st.booleans())
    def the_police_answer(self, report_id: UUID, word: str, *, last: bool) -> None:
        self._answer(HelpKind.POLICE, report_id, word, last=last)

    @rule(report_id=reports, word=st.sampled_from(AMBULANCE_WORDS), last=st.booleans())
    def the_ambulance_answers(self, report_id: UUID, word: str, *, last: bool) -> None:
        self._answer(HelpKind.AMBULANCE, report_id, word, last=last)

    def _answer(self, kind: HelpKind, report_id: UUID, word: str, *, last: bool) -> None:
        """To the first request or the last one, also to one that was never made."""
        asked = self.asked(kind, report_id)
        request_id = (asked[-1] if last else asked[0]) if asked else uuid5(report_id, f"{kind}/1")
        reference = f"{kind}-{len(asked)}"

        def allowed() -> bool:
            known = self.asked(kind, report_id)
            return bool(known) if word == "arrived" else request_id in known

        self._ask(allowed, lambda: self._tell(kind, word, report_id, request_id, reference))

    def _tell(
        self, kind: HelpKind, word: str, report_id: UUID, request_id: UUID, reference: str
    ) -> object:
        desk, police = self.house.desk, kind is HelpKind.POLICE
        match word:
            case "acknowledged":
                taken = desk.police_acknowledged if police else desk.ambulance_acknowledged
                return taken(report_id, request_id, reference, PARTNER)
            case "declined":
                return desk.help_declined(kind, report_id, request_id, Decline.NO_UNIT, PARTNER)
            case "duplicate":
                return desk.police_duplicate_of(report_id, request_id, reference, PARTNER)
            case "on scene":
                return desk.police_already_on_scene(report_id, request_id, reference, PARTNER)
            case _:
                arrived = desk.patrol_arrived if police else desk.ambulance_arrived
                return arrived(report_id, reference, PARTNER)

    @rule(report_id=reports, kind=KINDS, times=st.integers(1, 2))
    def help_is_not_reached(self, report_id: UUID, kind: HelpKind, times: int) -> None:
        """Its line is down, and was given up: whatever waited there waits no more."""
        lost = uuid5(report_id, f"lost/{kind}")
        channel = PartnerChannel(kind)
        desk = self.house.desk
        for _ in range(times):
            self._ask(
                lambda: bool(self.asked(kind, report_id)),
                lambda: desk.partner_unreachable(report_id, channel, lost, "timeout", PARTNER),
            )

    @rule(report_id=reports, operator=OPERATORS, kind=KINDS)
    def stand_down(self, report_id: UUID, operator: Any, kind: HelpKind) -> None:
        self._step(
            operator,
            lambda: bool(self._standing(kind, report_id)),
            self.house.desk.stand_down,
            StandHelpDown(report_id=report_id, kind=kind, why=StandDown.SAFE),
        )

    @rule(report_id=reports, operator=OPERATORS)
    def share(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        self._step(
            operator,
            lambda: self._lives(one) and bool(self._standing(HelpKind.POLICE, report_id)),
            self.house.desk.share_camera,
            ShareCamera(report_id=report_id, camera_id=CAMERA),
        )

    @rule(report_id=reports, operator=OPERATORS)
    def share_no_more(self, report_id: UUID, operator: Any) -> None:
        self._step(
            operator,
            lambda: bool(self._shared(report_id)),
            self.house.desk.stop_sharing,
            StopSharing(report_id=report_id, camera_id=CAMERA),
        )

    @invariant()
    def nobody_looks_along_without_a_standing_request(self) -> None:
        for report_id in self.changed("looks along"):
            if self._shared(report_id):
                assert self._standing(HelpKind.POLICE, report_id)
                assert self.model[report_id].stage is not Stage.RESOLVED

    @invariant()
    def every_stand_down_goes_out_once(self) -> None:
        for report_id in self.changed("stand-downs"):
            taken_back = [
                fact.request_id for fact in self._facts(report_id) if isinstance(fact, STOOD_DOWN)
            ]
            channels = {Channel.POLICE_STAND_DOWN, Channel.AMBULANCE_STAND_DOWN}
            out = [
                one.request_id
                for one in self.house.log.deliveries.values()
                if one.about == report_id and one.channel in channels
            ]
            assert sorted(taken_back) == sorted(map(UUID, map(str, out)))

    @invariant()
    def each_word_of_a_partner_is_kept_once(self) -> None:
        for report_id in self.changed("words"):
            kept = Counter(
                (type(fact), fact.request_id if isinstance(fact, OF_A_REQUEST) else fact.reference)
                for fact in self._facts(report_id)
                if isinstance(fact, (*OF_A_REQUEST, *OF_A_CAR))
            )
            assert all(count == 1 for count in kept.values())

    @invariant()
    def nobody_asks_for_help_that_is_awaited_already(self) -> None:
        for report_id in self.changed("awaited"):
            awaited: dict[UUID, type[Fact]] = {}
            for fact in self._facts(report_id):
                if isinstance(fact, tuple(ASKED.values())):
                    if fact.operator_id is not None:
                        assert type(fact) not in awaited.values()
                        awaited[fact.request_id] = type(fact)
                elif isinstance(fact, OF_A_REQUEST):
                    awaited.pop(fact.request_id, None)
                elif isinstance(fact, facts.PartnerUnreachable):
                    given_up = ASKED.get(HelpKind(fact.channel)) if fact.channel in KNOWN else None
                    awaited = {one: of for one, of in awaited.items() if of is not given_up}

    @invariant()
    def whoever_is_refused_help_rings_until_somebody_takes_it_anew(self) -> None:
        for report_id in self.changed("refused help"):
            lives = waits = False
            needless: set[UUID] = set()
            for fact in self._facts(report_id):
                match fact:
                    case facts.Accepted() | facts.Reopened():
                        lives, waits = True, False
                    case facts.Resolved() | facts.Cancelled():
                        lives = waits = False
                    case facts.Claimed() | facts.TakenOver() | TransferAccepted():
                        waits = False
                    case told.PoliceStoodDown() | told.AmbulanceStoodDown():
                        needless.add(fact.request_id)
                    case (
                        told.PoliceDeclined() | told.PoliceDuplicateOf() | told.AmbulanceDeclined()
                    ):
                        waits = waits or (lives and fact.request_id not in needless)
            assert self.report(report_id).ringing or not waits

    def _facts(self, report_id: UUID) -> list[Any]:
        return self.house.log.facts(report_id)

    def asked(self, kind: HelpKind, report_id: UUID) -> list[UUID]:
        return [fact.request_id for fact in self._facts(report_id) if isinstance(fact, ASKED[kind])]

    def _standing(self, kind: HelpKind, report_id: UUID) -> set[UUID]:
        closed = {fact.request_id for fact in self._facts(report_id) if isinstance(fact, CLOSING)}
        return set(self.asked(kind, report_id)) - closed

    def _shared(self, report_id: UUID) -> set[UUID]:
        began = self._facts(report_id)
        ended = {fact.share_id for fact in began if isinstance(fact, CameraShareEnded)}
        return {fact.share_id for fact in began if isinstance(fact, CameraShared)} - ended
