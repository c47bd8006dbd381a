"""She is asked, called, rescued or home: what follows from what is amiss on her way."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from application.accompanied import sessions_stopped
from application.emergency.commands import ClaimReport, ResolveReport
from application.errors import Forbidden
from application.monitoring.commands import (
    AnswerCheckIn,
    ClearMonitoring,
    EndMonitoring,
    ExtendMonitoring,
    RaiseFromMonitoring,
    ViewMonitoringCamera,
)
from application.safe_return import Receipt
from domain.base import ERASED
from domain.emergency.vocabulary import Alert, How, Outcome
from domain.monitoring import Monitoring, facts
from domain.monitoring.refusals import (
    NotOnTheWay,
    Over,
    QuestionUnknown,
)
from domain.monitoring.vocabulary import CheckInAnswer, MonitoringClearedBy, MonitoringStage
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from tests.application.house import (
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    JIYOUNG,
    KIM,
    LEE,
    SUJIN,
    SYSTEM,
)
from tests.application.monitoring_house import MonitoringHouse
from tests.domain.monitorings import SESSION, requested


@pytest.fixture
def house() -> MonitoringHouse:
    return MonitoringHouse()


def asked(house: MonitoringHouse) -> tuple:
    """Nothing has been heard of her for two minutes, and she was asked."""
    session_id = house.watched()
    house.passes(120)
    question_id = house.session(session_id).question
    assert question_id is not None
    return session_id, question_id


def test_what_is_amiss_asks_her_and_the_question_leaves_with_the_fact(
    house: MonitoringHouse,
) -> None:
    session_id, question_id = asked(house)
    told = house.watch.told(session_id, JIYOUNG)
    assert told.question is not None
    assert (told.question.question_id, told.question.about) == (question_id, "signal_lost")
    assert told.text.startswith("괜찮으신가요? 30초")
    [message] = [one for one in house.log.facts() if one.TOPIC == "message.composed"]
    assert (message.phrase, message.recipient_id) == ("monitoring.asked.signal_lost", JIYOUNG)
    assert len([one for one in house.log.deliveries.values() if one.channel == "message"]) == 1


def test_all_right_settles_it(house: MonitoringHouse) -> None:
    session_id, question_id = asked(house)
    answer = AnswerCheckIn(question_id=question_id, answer=CheckInAnswer.ALL_RIGHT)
    house.watch.answer(session_id, answer, JIYOUNG, CITIZEN)
    house.watch.answer(session_id, answer, JIYOUNG, CITIZEN)
    house.passes(599)
    assert house.topics(session_id)[-1] == "answered"
    house.passes(1)
    assert "asked" in house.topics(session_id)[-2:], "she is lost sight of still"
    with pytest.raises(QuestionUnknown):
        house.watch.answer(
            session_id, answer.model_copy(update={"question_id": uuid4()}), JIYOUNG, CITIZEN
        )


def test_silence_is_for_her_watcher_to_see_to_and_rises_when_she_does_not(
    house: MonitoringHouse,
) -> None:
    session_id, _ = asked(house)
    house.passes(30)
    assert house.topics(session_id)[-1] == "unanswered"
    assert house.watch.told(session_id, JIYOUNG).text.startswith("답이 없어")
    house.passes(30)
    assert house.topics(session_id)[-1] == "escalated"
    house.watch.call(session_id, KIM)
    house.passes(90)
    assert house.topics(session_id)[-1] == "call_requested"


def test_a_call_is_told_and_somebody_says_what_came_of_it(house: MonitoringHouse) -> None:
    session_id, _ = asked(house)
    house.passes(30)
    house.watch.call(session_id, KIM)
    [call] = [one for one in house.log.deliveries.values() if one.channel == "session_call"]
    assert call.about == session_id
    house.watch.call_placed(session_id, "c-1", SYSTEM)
    house.watch.call_connected(session_id, "c-1", SYSTEM)
    house.watch.call_ended(session_id, "c-1", "hung_up", 20.0, SYSTEM)
    house.watch.call_ended(session_id, "c-1", "hung_up", 20.0, SYSTEM)
    assert house.topics(session_id)[-3:] == ["call_placed", "call_connected", "call_ended"]
    house.watch.clear(session_id, ClearMonitoring(by=MonitoringClearedBy.CALL), KIM)
    before = len(house.topics(session_id))
    house.passes(300)
    assert "escalated" not in house.topics(session_id)[before:]
    with pytest.raises(Forbidden):
        house.watch.call_placed(session_id, "c-2", KIM)


def test_a_call_that_never_leaves_rises_like_one_that_ended(house: MonitoringHouse) -> None:
    session_id, _ = asked(house)
    house.watch.call(session_id, KIM)
    house.watch.call_failed(session_id, uuid4(), "call.unavailable", SYSTEM)
    house.passes(30)
    assert house.topics(session_id)[-1] == "escalated"


def test_her_cry_for_help_is_an_emergency_report_at_once(house: MonitoringHouse) -> None:
    session_id, question_id = asked(house)
    house.moves(session_id, house.at(420))
    help_me = AnswerCheckIn(question_id=question_id, answer=CheckInAnswer.HELP)
    house.watch.answer(session_id, help_me, JIYOUNG, CITIZEN)
    house.watch.answer(session_id, help_me, JIYOUNG, CITIZEN)
    [report_id] = {one.originator_id for one in house.log.facts() if "triggered" in one.TOPIC}
    report = house.report(report_id)
    assert (report.how, report.citizen_id, report.alert) == (How.WATCHED, JIYOUNG, Alert.VIBRATION)
    assert report.position == house.session(session_id).position
    house.passes(0)
    assert house.session(session_id).reports == (report_id,)
    assert house.report(report_id).sessions == ((SessionKind.MONITORING, session_id),)
    assert house.watch.told(session_id, JIYOUNG).text.startswith("긴급신고가 접수되어")


def test_her_cry_after_that_report_was_resolved_is_another_report(house: MonitoringHouse) -> None:
    session_id, question_id = asked(house)
    help_me = AnswerCheckIn(question_id=question_id, answer=CheckInAnswer.HELP)
    for number in (1, 2):
        house.watch.answer(session_id, help_me, JIYOUNG, CITIZEN)
        house.passes(0)
        [report_id] = house.session(session_id).reports
        house.desk.claim(ClaimReport(report_id=report_id), LEE)
        note = "She leaned on the button."
        over = ResolveReport(report_id=report_id, outcome=Outcome.FALSE_ALARM, note=note)
        house.desk.resolve(over, LEE)
        raised = {one.originator_id for one in house.log.facts() if "triggered" in one.TOPIC}
        assert len(raised) == number


def test_she_may_cry_for_help_without_a_sound(house: MonitoringHouse) -> None:
    session_id, question_id = asked(house)
    quietly = AnswerCheckIn(question_id=question_id, answer=CheckInAnswer.HELP, silent=True)
    house.watch.answer(session_id, quietly, JIYOUNG, CITIZEN)
    house.passes(0)
    [report_id] = house.session(session_id).reports
    assert house.report(report_id).is_silent
    assert not house.report(report_id).wants_call


def test_an_operator_raises_for_her_without_a_sound(house: MonitoringHouse) -> None:
    session_id = house.watched()
    receipt = house.watch.raise_emergency(session_id, RaiseFromMonitoring(silent=True), LEE)
    again = house.watch.raise_emergency(session_id, RaiseFromMonitoring(silent=True), LEE)
    assert again.aggregate_id == receipt.aggregate_id
    report = house.report(receipt.aggregate_id)
    assert report.is_silent
    assert report.position is None
    house.passes(0)
    assert house.session(session_id).reports == (report.id,)
    assert house.watch.told(session_id, JIYOUNG).reports == (report.id,)


def test_a_session_that_begins_during_her_report_knows_of_it(house: MonitoringHouse) -> None:
    report_id = house.accepted().report_id
    session_id = house.watched()
    assert house.session(session_id).reports == (report_id,)
    assert house.report(report_id).sessions == ((SessionKind.MONITORING, session_id),)


def test_what_is_over_is_raised_from_no_more(house: MonitoringHouse) -> None:
    session_id = house.watched()
    house.watch.end(session_id, JIYOUNG, CITIZEN)
    with pytest.raises(Over):
        house.watch.raise_emergency(session_id, RaiseFromMonitoring(), KIM)
    with pytest.raises(Over):
        house.watch.take(session_id, LEE)


def test_she_needs_longer_and_is_not_overdue(house: MonitoringHouse) -> None:
    session_id = house.watched()
    later = house.clock.now() + timedelta(hours=1)
    house.watch.extend(session_id, ExtendMonitoring(expected_at=later), JIYOUNG, CITIZEN)
    house.tracks.slots.clear()
    house.passes(1500)
    about = [one.about for one in house.log.facts(session_id) if one.TOPIC == "monitoring.asked"]
    assert "overdue" not in about
    assert house.watch.told(session_id, JIYOUNG).expected_at == later


def test_it_ends_once_and_lets_go_of_everything(house: MonitoringHouse) -> None:
    session_id = house.watched()
    house.moves(session_id, house.at(10))
    assert house.tracks.slots
    house.watch.arrive(session_id, JIYOUNG, CITIZEN)
    house.watch.arrive(session_id, JIYOUNG, CITIZEN)
    house.watch.end(session_id, JIYOUNG, CITIZEN)
    assert house.topics(session_id)[-2:] == ["lights_released", "arrived"]
    assert house.tracks.slots == {}
    assert house.roster().watched == {}
    guard = house.app.load(SessionGuard, SessionGuard.create_id(JIYOUNG))
    assert guard.session(SessionKind.MONITORING) is None
    assert house.watch.told(session_id, JIYOUNG).text.startswith("안전하게 도착")
    house.passes(4000)
    assert house.topics(session_id)[-1] == "arrived"


def test_an_operator_ends_it_with_a_reason(house: MonitoringHouse) -> None:
    session_id = house.watched()
    receipt = house.watch.end_by_hand(session_id, EndMonitoring(reason="Met by police."), KIM)
    assert receipt.stage is MonitoringStage.ENDED
    assert house.watch.told(session_id, JIYOUNG).text == "귀가모니터링이 끝났습니다."
    other = house.watched(SUJIN)
    house.watch.end_by_hand(other, EndMonitoring(reason="By the city."), COORDINATOR)
    assert house.session(other).over


def test_with_her_consent_gone_nobody_follows_her(house: MonitoringHouse) -> None:
    session_id = house.watched()
    stop = sessions_stopped(house.app, {SessionKind.MONITORING: house.watch.stop})
    stopped = list(stop(JIYOUNG, house.clock.now()))
    house.app.commit(stopped, context=CITIZEN, receipt=Receipt(aggregate_id=JIYOUNG))
    ended = house.log.facts(session_id)[-1]
    assert (ended.TOPIC, ended.because) == ("monitoring.ended", "consent_withdrawn")
    assert house.roster().watched == {}
    assert list(stop(JIYOUNG, house.clock.now())) == []
    assert list(stop(uuid4(), house.clock.now())) == []


def test_cameras_ahead_in_the_order_in_which_she_passes_them(house: MonitoringHouse) -> None:
    session_id = house.watched()
    ahead = house.watch.cameras(session_id, KIM)
    assert [one.camera_id for one in ahead][:2] == ["GD-0101", "GD-0102"]
    assert [one.along_m for one in ahead] == sorted(one.along_m for one in ahead)
    house.moves(session_id, house.at(300))
    assert house.watch.cameras(session_id, KIM)[0].along_m >= 300
    house.watch.view_camera(session_id, ViewMonitoringCamera(camera_id="GD-0103"), KIM)
    assert house.topics(session_id)[-1] == "camera_viewed"
    with pytest.raises(Forbidden):
        house.watch.view_camera(session_id, ViewMonitoringCamera(camera_id="GD-1"), CHOI_OF_GURO)
    looks = [one.what for one in house.access.accesses if one.about == session_id]
    assert looks[-2:] == ["camera:GD-0103", "camera.refused"]


def test_who_watches_sees_where_she_was_lately_and_who_does_not_sees_nothing(
    house: MonitoringHouse,
) -> None:
    session_id = house.watched()
    house.walks(session_id, 60, begin=0, pace=1.2)
    assert len(house.watch.track(session_id, KIM)) == 12
    assert house.access.accesses[-1].what == "track"
    with pytest.raises(Forbidden):
        house.watch.track(session_id, CHOI_OF_GURO)
    house.watch.arrive(session_id, JIYOUNG, CITIZEN)
    assert house.watch.track(session_id, KIM) == []


def test_without_a_way_there_are_no_cameras_along_it(house: MonitoringHouse) -> None:
    first = requested(route=ERASED).facts[0]
    fields = {name: getattr(first, name) for name in type(first).model_fields}
    for name in ("originator_id", "originator_version", "originator_topic", "timestamp"):
        del fields[name]
    lost = Monitoring.begin(facts.Requested, id=SESSION, at=house.clock.now(), **fields)
    house.app.commit([lost], context=CITIZEN, receipt=Receipt(aggregate_id=SESSION))
    with pytest.raises(NotOnTheWay):
        house.watch.cameras(SESSION, KIM)
