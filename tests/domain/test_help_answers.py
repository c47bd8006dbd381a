"""A partner's no, “we have that already”, “we are there”; and the operator's “no longer needed”."""

from __future__ import annotations

from uuid import uuid5

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency import help_answers as told
from domain.emergency.help_answers import Decline, HelpKind, StandDown, Told
from domain.emergency.sharing import (
    CameraShared,
    CameraShareEnded,
    NobodyToShareWith,
    NotShared,
    ShareEnd,
)
from tests.domain.reports import (
    CALL_112,
    CALL_119,
    KIM,
    LEE,
    POLICY,
    REPORT,
    accepted,
    after,
    ambulance_requested,
    claimed,
    police_requested,
    resolved,
)
from tests.scenario import Scenario

CAMERA = "GD-0417"
SHARE = uuid5(REPORT, "share/1")


def decline(kind: HelpKind = HelpKind.POLICE):
    request = CALL_112 if kind is HelpKind.POLICE else CALL_119
    return lambda report: report.help_declined(
        kind, request_id=request, why=Decline.NO_UNIT, told=Told(after(30), POLICY)
    )


def duplicate(report: Emergency) -> None:
    report.police_duplicate_of(
        request_id=CALL_112, reference="112-before", told=Told(after(30), POLICY)
    )


def on_scene(report: Emergency) -> None:
    report.police_already_on_scene(request_id=CALL_112, reference="112-7", at=after(30))


def stand_down(kind: HelpKind = HelpKind.POLICE, seconds: float = 35):
    return lambda report: report.stand_down(
        kind, operator_id=KIM, why=StandDown.SAFE, at=after(seconds)
    )


def share(report: Emergency) -> None:
    report.share_camera(operator_id=KIM, camera_id=CAMERA, at=after(31))


def declined() -> Scenario[Emergency]:
    return police_requested().given(
        told.PoliceDeclined,
        timestamp=after(30),
        request_id=CALL_112,
        rings=True,
        act_by=after(60),
        why=Decline.NO_UNIT,
    )


def stood_down() -> Scenario[Emergency]:
    return police_requested().given(
        told.PoliceStoodDown,
        timestamp=after(25),
        request_id=CALL_112,
        operator_id=KIM,
        why=StandDown.SAFE,
    )


def shared() -> Scenario[Emergency]:
    return police_requested().given(
        CameraShared,
        timestamp=after(25),
        share_id=SHARE,
        camera_id=CAMERA,
        operator_id=KIM,
        recipient="police",
        request_id=CALL_112,
        purpose="rescue",
    )


def test_a_no_rings_again_and_gives_the_holder_another_deadline() -> None:
    expected = {"rings": True, "act_by": after(60), "why": Decline.NO_UNIT}
    police_requested().when(decline()).then((told.PoliceDeclined, expected))
    ambulance_requested().when(decline(HelpKind.AMBULANCE)).then(
        (told.AmbulanceDeclined, {"request_id": CALL_119, **expected})
    )


def test_a_holder_who_leaves_it_at_a_no_is_idle() -> None:
    declined().when(
        lambda report: report.idle_claim(due_at=after(60), at=after(60), policy=POLICY)
    ).then(facts.Escalated)
    declined().given(facts.CameraViewed, timestamp=after(40), operator_id=KIM, camera_id="c").when(
        lambda report: report.idle_claim(due_at=after(60), at=after(60), policy=POLICY)
    ).then()


def test_a_no_to_an_unclaimed_report_sets_nobody_a_deadline() -> None:
    police_requested(accepted()).when(decline()).then(
        (told.PoliceDeclined, {"rings": True, "act_by": None})
    )


def test_after_a_no_it_rings_until_somebody_has_seen_it() -> None:
    rings: list[bool] = []
    declined().when(lambda report: rings.append(report.ringing)).then()
    declined().when(
        lambda report: (
            report.claim(operator_id=KIM, at=after(32), policy=POLICY),
            rings.append(report.ringing),
        )
    ).then(facts.Claimed)
    assert rings == [True, False]


def test_after_the_end_an_answer_is_kept_and_rings_no_more() -> None:
    for answer in (decline(), duplicate):
        assert not resolved(police_requested()).when(answer).fact.rings
    resolved(police_requested()).when(on_scene).then(told.PoliceAlreadyOnScene)


def test_a_no_to_what_was_stood_down_rings_no_more() -> None:
    stood_down().when(decline()).then((told.PoliceDeclined, {"rings": False, "act_by": None}))


def test_a_case_that_they_have_already_asks_the_holder_to_look() -> None:
    police_requested().when(duplicate).then(
        (told.PoliceDuplicateOf, {"reference": "112-before", "act_by": after(60)})
    )


@pytest.mark.parametrize("answer", [decline(), duplicate, on_scene])
def test_an_answer_is_kept_once_and_in_any_order(answer) -> None:
    def twice(report: Emergency) -> None:
        answer(report)
        answer(report)
        report.police_acknowledged(request_id=CALL_112, reference="112-1", at=after(32))

    happened = police_requested().when(twice).happened
    assert [type(fact) for fact in happened[1:]] == [facts.PoliceAcknowledged]


@pytest.mark.parametrize("answer", [decline(), duplicate, on_scene])
def test_nobody_answers_what_was_not_asked(answer) -> None:
    claimed().when(answer).then_refused(refusals.NotRequested)
    ambulance_requested().when(answer).then_refused(refusals.NotRequested)


def test_after_a_no_help_may_be_asked_for_again() -> None:
    declined().when(lambda report: report.request_police(operator_id=KIM, at=after(40))).then(
        (facts.PoliceRequested, {"request_id": uuid5(REPORT, "police/2")})
    )


def test_a_car_that_is_there_is_not_asked_for_twice_while_it_is_unanswered() -> None:
    police_requested().when(on_scene).then((told.PoliceAlreadyOnScene, {"reference": "112-7"}))


def test_help_is_stood_down_once_also_after_the_end() -> None:
    for report in (police_requested(), resolved(police_requested())):
        report.when(stand_down(seconds=700)).then(
            (
                told.PoliceStoodDown,
                {"request_id": CALL_112, "operator_id": KIM, "why": StandDown.SAFE},
            )
        )
    ambulance_requested().when(stand_down(HelpKind.AMBULANCE)).then(told.AmbulanceStoodDown)
    stood_down().when(stand_down()).then_refused(told.NothingToStandDown)


def test_nothing_that_was_not_asked_or_was_declined_is_stood_down() -> None:
    claimed().when(stand_down()).then_refused(told.NothingToStandDown)
    declined().when(stand_down()).then_refused(told.NothingToStandDown)
    police_requested().when(stand_down(HelpKind.AMBULANCE)).then_refused(told.NothingToStandDown)


def test_the_police_look_along_only_while_a_request_to_them_stands() -> None:
    police_requested().when(share).then(
        (CameraShared, {"share_id": SHARE, "camera_id": CAMERA, "request_id": CALL_112})
    )
    for report in (claimed(), declined(), stood_down()):
        report.when(share).then_refused(NobodyToShareWith)


def test_a_camera_is_shared_once_until_it_is_stopped() -> None:
    def stop(report: Emergency) -> None:
        report.stop_sharing(operator_id=LEE, camera_id=CAMERA, at=after(50))

    shared().when(share).then()
    shared().when(stop).then((CameraShareEnded, {"operator_id": LEE, "end": ShareEnd.STOPPED}))
    police_requested().when(stop).then_refused(NotShared)

    def stop_and_share(report: Emergency) -> None:
        stop(report)
        report.share_camera(operator_id=KIM, camera_id=CAMERA, at=after(60))

    shared().when(stop_and_share).then(
        CameraShareEnded, (CameraShared, {"share_id": uuid5(REPORT, "share/2")})
    )


@pytest.mark.parametrize("close", [decline(), duplicate, stand_down()])
def test_the_police_look_no_longer_when_their_request_is_closed(close) -> None:
    first, _ = shared().when(close).happened
    assert (type(first), first.end, first.operator_id) == (
        CameraShareEnded,
        ShareEnd.REQUEST_CLOSED,
        None,
    )


def test_the_police_look_no_longer_when_the_report_has_ended() -> None:
    end = {"operator_id": KIM, "note": "Seen home safely.", "coordinator": False}
    shared().when(
        lambda report: report.resolve(outcome="police_handled", at=after(90), policy=POLICY, **end)
    ).then((CameraShareEnded, {"end": ShareEnd.RESOLVED}), facts.Resolved)
