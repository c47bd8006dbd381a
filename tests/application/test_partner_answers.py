"""What partners answer and what an operator takes back, at the desk and on its way out."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from application.access import AccessKind
from application.attempts import AttemptOutcome
from application.emergency.commands import (
    RequestAmbulance,
    RequestPolice,
    ResolveReport,
    ShareCamera,
    StandHelpDown,
    StopSharing,
)
from application.errors import Forbidden, PartnerRefused, Unknown
from application.outbox import Channel, TimerKind
from application.ports import HelpRequest, StandDownRequest
from domain.emergency.help_answers import Decline, HelpKind, NothingToStandDown, StandDown
from domain.emergency.providing import PositionProvided
from domain.emergency.refusals import NotRequested
from domain.emergency.sharing import NobodyToShareWith
from domain.emergency.vocabulary import Outcome
from tests.application.house import (
    CHOI_OF_GURO,
    CITIZEN,
    JIYOUNG,
    KIM,
    NOTE,
    PARTNER,
    DeskHouse,
    phone,
    sent,
)
from tests.application.test_delivery_desk import Desk
from tests.memory import GANGDONG_OFFICE, GURO_OFFICE


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def asked(house: DeskHouse, kind: HelpKind = HelpKind.POLICE) -> tuple[UUID, UUID]:
    """Kim has it, and has asked for help: the report and the request."""
    report_id = house.claimed().report_id
    if kind is HelpKind.POLICE:
        house.desk.request_police(RequestPolice(report_id=report_id), KIM)
    else:
        house.desk.request_ambulance(RequestAmbulance(report_id=report_id), KIM)
    return report_id, house.log.facts(report_id)[-1].request_id


def stand_down(report_id: UUID, kind: HelpKind = HelpKind.POLICE) -> StandHelpDown:
    return StandHelpDown(report_id=report_id, kind=kind, why=StandDown.SAFE)


def moved(house: DeskHouse) -> None:
    """Jiyoung raises again, in Guro."""
    position = sent()["position"] | {
        "latitude_deg": GURO_OFFICE.latitude_deg,
        "longitude_deg": GURO_OFFICE.longitude_deg,
    }
    house.trigger(sent("t-2", position=position), identity=phone())


@pytest.mark.parametrize("kind", HelpKind)
def test_a_no_rings_again_and_sets_a_timer_for_the_holder(house, kind) -> None:
    report_id, request_id = asked(house, kind)
    for _ in range(2):
        house.desk.help_declined(kind, report_id, request_id, Decline.NO_UNIT, PARTNER)
    report = house.report(report_id)
    assert report.ringing
    assert house.log.topics(report_id)[-1] == f"emergency.{kind}_declined"
    due = [one.due_at for one in house.log.timers.values() if one.kind is TimerKind.IDLE_CLAIM]
    assert report.act_by in due


def test_answers_to_what_nobody_asked_are_refused_by_name(house) -> None:
    report_id, _ = asked(house)
    told = (
        lambda: house.desk.help_declined(
            HelpKind.AMBULANCE, report_id, uuid4(), Decline.OTHER, PARTNER
        ),
        lambda: house.desk.police_duplicate_of(report_id, uuid4(), "112-0", PARTNER),
        lambda: house.desk.police_already_on_scene(report_id, uuid4(), "112-0", PARTNER),
    )
    head = house.log.max_notification_id()
    for tell in told:
        with pytest.raises(NotRequested):
            tell()
    with pytest.raises(Unknown):
        house.desk.police_duplicate_of(uuid4(), uuid4(), "112-0", PARTNER)
    with pytest.raises(Forbidden):
        house.desk.police_already_on_scene(report_id, uuid4(), "112-0", CITIZEN)
    assert house.log.max_notification_id() == head


def test_answers_come_in_any_order_and_after_the_end(house) -> None:
    report_id, request_id = asked(house)
    end = ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
    house.desk.resolve(end, KIM)
    house.desk.patrol_arrived(report_id, "112-1", PARTNER)
    house.desk.police_already_on_scene(report_id, request_id, "112-1", PARTNER)
    house.desk.police_duplicate_of(report_id, request_id, "112-0", PARTNER)
    house.desk.police_acknowledged(report_id, request_id, "112-1", PARTNER)
    assert not house.report(report_id).ringing
    assert [topic.partition(".")[2] for topic in house.log.topics(report_id)[-4:]] == [
        "patrol_arrived",
        "police_already_on_scene",
        "police_duplicate_of",
        "police_acknowledged",
    ]


@pytest.mark.parametrize("kind", HelpKind)
def test_a_stand_down_is_a_delivery_of_its_own_and_names_no_place(house, kind) -> None:
    report_id, request_id = asked(house, kind)
    sender = Desk(house, Channel(kind))
    sender.attempt()
    house.desk.stand_down(stand_down(report_id, kind), KIM)
    sender = Desk(house, Channel(f"{kind}_stand_down"))
    assert sender.attempt() == (AttemptOutcome.DONE, None)
    [told] = sender.partner.asked
    assert isinstance(told, StandDownRequest)
    assert (told.request_id, told.reference, told.why) == (request_id, "a reference", "safe")
    assert "position" not in told.model_dump()
    assert sender.access.records == []


def test_a_request_that_was_stood_down_before_it_was_sent_is_not_sent(house) -> None:
    report_id, _ = asked(house)
    sender = Desk(house, Channel.POLICE)
    house.desk.stand_down(stand_down(report_id), KIM)
    assert sender.attempt() == (AttemptOutcome.IDLE, None)
    assert sender.partner.asked == []
    assert sender.access.records == []
    assert sender.book.settled == [("done", "request_withdrawn")]
    assert not any(isinstance(fact, PositionProvided) for fact in house.log.facts(report_id))


def test_a_later_position_is_not_given_to_those_who_said_no(house) -> None:
    report_id, request_id = asked(house)
    sender = Desk(house, Channel.POLICE)
    house.desk.help_declined(HelpKind.POLICE, report_id, request_id, Decline.OUT_OF_AREA, PARTNER)
    moved(house)
    sender.attempt()
    [told] = sender.partner.asked
    assert isinstance(told, HelpRequest)
    assert told.position == GANGDONG_OFFICE


def test_nothing_that_was_not_asked_is_stood_down(house) -> None:
    report_id = house.claimed().report_id
    with pytest.raises(NothingToStandDown):
        house.desk.stand_down(stand_down(report_id), KIM)


def test_nobody_stands_down_another_districts_police(house) -> None:
    report_id, _ = asked(house)
    with pytest.raises(Forbidden):
        house.desk.stand_down(stand_down(report_id), CHOI_OF_GURO)


def test_what_the_police_see_is_kept_as_given_to_them(house) -> None:
    report_id, _ = asked(house)
    house.desk.share_camera(ShareCamera(report_id=report_id, camera_id="GD-0417"), KIM)
    house.desk.stop_sharing(StopSharing(report_id=report_id, camera_id="GD-0417"), KIM)
    [given] = house.access.accesses
    assert (given.kind, given.recipient, given.what, given.subject) == (
        AccessKind.PROVISION,
        "police",
        "camera:GD-0417",
        JIYOUNG,
    )
    assert house.log.topics(report_id)[-2:] == [
        "emergency.camera_shared",
        "emergency.camera_share_ended",
    ]


def test_nothing_is_shared_with_those_who_were_not_asked(house) -> None:
    report_id = house.claimed().report_id
    with pytest.raises(NobodyToShareWith):
        house.desk.share_camera(ShareCamera(report_id=report_id, camera_id="GD-0417"), KIM)
    assert house.access.accesses == []


def test_a_stand_down_that_nobody_takes_is_told_to_the_operator(house) -> None:
    report_id, _ = asked(house)
    house.desk.stand_down(stand_down(report_id), KIM)
    sender = Desk(house, Channel.POLICE_STAND_DOWN)
    sender.partner.trouble = PartnerRefused("no")
    assert sender.attempt() == (AttemptOutcome.DEAD, "partner_refused")
    told = house.log.facts(report_id)[-1]
    assert (told.TOPIC, told.channel) == ("emergency.partner_unreachable", "police_stand_down")
