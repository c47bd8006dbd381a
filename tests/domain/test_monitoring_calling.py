"""Her control room calls her, and somebody says what came of it."""

from __future__ import annotations

import pytest

from domain.call_end import CallEnd
from domain.monitoring import Monitoring
from domain.monitoring.asking import Cleared
from domain.monitoring.calling import (
    CallConnected,
    CallEnded,
    CallFailed,
    CallPlaced,
    CallRequested,
)
from domain.monitoring.refusals import InEmergency, NotCalled, NotWatcher, Over
from domain.monitoring.vocabulary import MonitoringClearedBy, WatchRise
from tests.domain.monitorings import (
    KIM,
    LEE,
    POLICY,
    SESSION,
    after,
    arrived,
    called,
    hung_up,
    in_danger,
    started,
    unanswered,
    unwatched,
)

OVERDUE = 1500


def clears(operator_id=KIM, note: str | None = None, *, supervisor: bool = False):
    def step(one: Monitoring) -> None:
        one.clear(
            operator_id=operator_id,
            supervisor=supervisor,
            by=MonitoringClearedBy.CAMERA,
            note=note,
            at=after(260),
            policy=POLICY,
        )

    return step


def rising(one: Monitoring) -> set[str]:
    return {str(why) for why, _ in one.rises}


def calls(operator_id=KIM, *, supervisor: bool = False):
    return lambda one: one.request_call(
        operator_id=operator_id, supervisor=supervisor, at=after(240)
    )


def test_her_watcher_calls_her_and_the_call_quiets_what_rises() -> None:
    def quiet(one: Monitoring) -> None:
        calls()(one)
        assert rising(one) == set()

    unanswered().when(quiet).then((CallRequested, {"attempt": 1, "operator_id": KIM}))


def test_while_a_call_is_under_way_it_stands_and_then_another_may_be_made() -> None:
    called().when(calls()).then()
    hung_up().when(calls()).then((CallRequested, {"attempt": 2}))
    failed = called().given(
        CallFailed, timestamp=after(250), delivery_id=SESSION, code="x", escalations=()
    )
    failed.when(calls()).then((CallRequested, {"attempt": 2}))


def test_during_her_emergency_her_report_says_whether_her_phone_may_ring() -> None:
    in_danger(unanswered()).when(calls()).then_refused(InEmergency)


def test_a_call_that_was_ordered_rings_no_more_once_she_is_home_or_in_danger() -> None:
    def rings(*, expected: bool):
        def step(one: Monitoring) -> None:
            assert one.may_ring is expected

        return step

    called().when(rings(expected=True)).then()
    in_danger(called()).when(rings(expected=False)).then()
    arrived(called()).when(rings(expected=False)).then()


def test_only_who_watches_or_a_supervisor_calls_and_clears() -> None:
    unanswered().when(calls(LEE)).then_refused(NotWatcher)
    unanswered().when(calls(LEE, supervisor=True)).then(CallRequested)
    unanswered().when(clears(LEE)).then_refused(NotWatcher)
    unanswered().when(clears(LEE, supervisor=True)).then(Cleared)
    unwatched().when(calls()).then_refused(NotWatcher)
    arrived().when(calls()).then_refused(Over)
    arrived().when(clears()).then_refused(Over)


def test_a_call_is_placed_and_connected_once_each() -> None:
    called().when(lambda one: one.call_placed(call_id="c-1", at=after(250))).then()
    called().when(lambda one: one.call_placed(call_id="c-2", at=after(250))).then(CallPlaced)
    connected = called().given(CallConnected, timestamp=after(250), call_id="c-1")
    connected.when(lambda one: one.call_connected(call_id="c-1", at=after(255))).then()
    called().when(lambda one: one.call_connected(call_id="c-1", at=after(255))).then(CallConnected)


def ends(end: CallEnd = CallEnd.UNANSWERED):
    return lambda one: one.call_ended(
        call_id="c-1", end=end, talked_s=0, at=after(270), policy=POLICY
    )


def test_after_a_call_somebody_must_say_what_came_of_it() -> None:
    outcome = called().when(ends())
    outcome.then((CallEnded, {"end": CallEnd.UNANSWERED}))
    assert [one.due_at for one in outcome.fact.escalations] == [after(300), after(390)]
    hung_up().when(ends()).then()

    def said(one: Monitoring) -> None:
        assert rising(one) == {WatchRise.CALLED}
        clears(note=" All well. ")(one)
        assert rising(one) == set()

    hung_up().when(said).then((Cleared, {"note": "All well.", "operator_id": KIM}))


@pytest.mark.parametrize("settled", [in_danger, arrived])
def test_after_a_call_that_an_emergency_or_the_end_overtook_nothing_rises(settled) -> None:
    settled(called(), 260).when(ends()).then((CallEnded, {"escalations": ()}))


def test_a_provider_that_is_never_reached_is_told_of_once() -> None:
    def fails(one: Monitoring) -> None:
        one.call_failed(delivery_id=SESSION, code="call.unavailable", at=after(250), policy=POLICY)

    outcome = called().when(fails)
    outcome.then((CallFailed, {"code": "call.unavailable"}))
    assert outcome.fact.escalations
    called().given(
        CallFailed, timestamp=after(250), delivery_id=SESSION, code="x", escalations=()
    ).when(fails).then()


@pytest.mark.parametrize(
    "told",
    [
        lambda one: one.call_placed(call_id="c", at=after(9)),
        lambda one: one.call_connected(call_id="c", at=after(9)),
        ends(),
        lambda one: one.call_failed(delivery_id=SESSION, code="x", at=after(9), policy=POLICY),
    ],
)
def test_a_call_that_was_never_ordered_is_not_ours(told) -> None:
    started().when(told).then_refused(NotCalled)
