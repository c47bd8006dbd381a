"""Nobody watches until somebody does; then somebody does, or the session says so."""

from __future__ import annotations

import pytest

from domain.escalation import OnDuty
from domain.geography import CITY
from domain.monitoring import Monitoring, facts
from domain.monitoring.lighting import LightsAsked
from domain.monitoring.refusals import ExpectedUnfit, Over
from domain.monitoring.vocabulary import (
    MonitoringStage,
    WatchAssigned,
    WatchLapse,
    WatchRise,
)
from domain.policy import EscalationLevel
from domain.watch_roster import Began as RosterBegan
from domain.watch_roster import Freed, Given, Queued, RosterFull, WatchRoster
from tests.domain.monitorings import (
    GANGDONG,
    KIM,
    LEE,
    POLICY,
    SESSION,
    SONGPA,
    T0,
    after,
    arrived,
    assigned,
    called,
    requested,
    started,
    unanswered,
    unwatched,
    wanted,
    wish,
)
from tests.domain.reports import JIYOUNG
from tests.scenario import Scenario

SUPERVISOR = OnDuty(GANGDONG, LEE)


def assign(operator_id=KIM, because=WatchAssigned.FEWEST, seconds: float = 2):
    return lambda one: one.assign(
        operator_id=operator_id, because=because, at=after(seconds), policy=POLICY
    )


def rise(level: EscalationLevel, due: float, because=WatchRise.WAITING, at: float | None = None):
    def step(one: Monitoring) -> None:
        one.escalate(
            because=because,
            level=level,
            due_at=after(due),
            neighbours=(SONGPA,),
            on_duty=SUPERVISOR,
            at=after(due if at is None else at),
        )

    return step


def test_a_wish_begins_to_wait_and_says_how_it_rises() -> None:
    session = Monitoring.request(wish(), at=T0, policy=POLICY)
    assert session.id == SESSION
    assert session.stage is MonitoringStage.WAITING
    assert session.watcher is None
    assert not session.listens
    assert [(str(why), one.level, one.due_at) for why, one in session.rises] == [
        ("waiting", EscalationLevel.SUPERVISOR, after(30)),
        ("waiting", EscalationLevel.NEIGHBOUR, after(60)),
        ("waiting", EscalationLevel.CITY, after(120)),
    ]
    assert session.overdue_at == after(1500)


@pytest.mark.parametrize("seconds", [-1, 0, 6 * 3600 + 1])
def test_she_is_expected_in_the_future_and_not_too_far_ahead(seconds: float) -> None:
    with pytest.raises(ExpectedUnfit):
        Monitoring.request(wish(expected_at=after(seconds)), at=T0, policy=POLICY)


def test_the_farthest_moment_that_fits_fits() -> None:
    Monitoring.request(wish(expected_at=after(6 * 3600)), at=T0, policy=POLICY)


def test_the_first_who_watches_starts_the_way_and_lights_it() -> None:
    outcome = requested().when(assign())
    outcome.then(
        (facts.Assigned, {"operator_id": KIM, "from_operator_id": None, "district": GANGDONG}),
        (facts.Started, {"waited_s": 2.0, "look_at": after(122), "operator_id": KIM}),
        (LightsAsked, {"from_m": 0.0, "for_m": 200.0, "until": after(602)}),
    )


def test_who_watches_already_is_not_assigned_again() -> None:
    started().when(assign(seconds=10)).then()


def test_another_takes_it_without_a_second_start() -> None:
    started().when(assign(LEE, WatchAssigned.TAKEN, 10)).then(
        (facts.Assigned, {"operator_id": LEE, "from_operator_id": KIM, "because": "taken"})
    )


def test_what_is_over_is_nobodys() -> None:
    arrived().when(assign(LEE)).then_refused(Over)
    arrived().when(
        lambda one: one.unwatch(because=WatchLapse.WATCHER_LEFT, at=after(901), policy=POLICY)
    ).then()


def test_when_her_watcher_leaves_and_nobody_is_found_it_says_so_and_rises() -> None:
    outcome = started().when(
        lambda one: one.unwatch(because=WatchLapse.WATCHER_LEFT, at=after(300), policy=POLICY)
    )
    outcome.then((facts.Unwatched, {"operator_id": KIM, "because": "watcher_left"}))
    assert outcome.fact.escalations[0].due_at == after(330)
    unwatched().when(
        lambda one: one.unwatch(because=WatchLapse.WATCHER_LEFT, at=after(310), policy=POLICY)
    ).then()


def test_somebody_found_again_does_not_start_it_anew() -> None:
    unwatched().when(assign(LEE, seconds=310)).then(
        (facts.Assigned, {"operator_id": LEE, "from_operator_id": None})
    )


def test_waiting_calls_the_supervisor_then_shows_it_around_then_calls_the_city() -> None:
    first = requested().when(rise(EscalationLevel.SUPERVISOR, 30))
    first.then((facts.Escalated, {"districts": (GANGDONG,), "because": WatchRise.WAITING}))
    assert first.fact.page.staff_id == LEE
    assert [one.level for one in first.fact.escalations] == ["neighbour", "city"]

    second = requested().when(rise(EscalationLevel.NEIGHBOUR, 60))
    second.then((facts.Escalated, {"districts": (GANGDONG, SONGPA), "page": None}))

    third = requested().when(rise(EscalationLevel.CITY, 120))
    third.then((facts.Escalated, {"districts": (GANGDONG, CITY)}))
    assert third.fact.page.district == CITY


def test_it_does_not_rise_before_its_time_or_twice_or_once_somebody_watches() -> None:
    requested().when(rise(EscalationLevel.SUPERVISOR, 30, at=29)).then()
    requested().when(rise(EscalationLevel.SUPERVISOR, 31)).then()
    started().when(rise(EscalationLevel.SUPERVISOR, 30)).then()
    risen = requested().given(
        facts.Escalated,
        timestamp=after(30),
        level=EscalationLevel.SUPERVISOR,
        because=WatchRise.WAITING,
        districts=(GANGDONG,),
        escalations=(),
        page=None,
    )
    risen.when(rise(EscalationLevel.SUPERVISOR, 30)).then()
    risen.when(rise(EscalationLevel.CITY, 120)).then()


def test_pages_are_counted_so_that_each_has_its_own_id() -> None:
    first = requested().when(rise(EscalationLevel.SUPERVISOR, 30)).fact
    later = (
        requested()
        .given(
            facts.Escalated,
            timestamp=after(30),
            level=EscalationLevel.SUPERVISOR,
            because=WatchRise.WAITING,
            districts=(GANGDONG,),
            escalations=first.escalations,
            page=first.page,
        )
        .when(rise(EscalationLevel.CITY, 120))
        .fact
    )
    assert later.page.page_id != first.page.page_id


def test_each_reason_rises_by_itself() -> None:
    both = wanted(unanswered())
    both.when(rise(EscalationLevel.SUPERVISOR, 260, WatchRise.UNANSWERED)).then(
        (facts.Escalated, {"because": WatchRise.UNANSWERED})
    )
    both.when(rise(EscalationLevel.SUPERVISOR, 430, WatchRise.HAND_OVER)).then(
        (facts.Escalated, {"because": WatchRise.HAND_OVER})
    )
    called(both).when(rise(EscalationLevel.SUPERVISOR, 260, WatchRise.UNANSWERED)).then()


ROSTER = WatchRoster.create_id(GANGDONG)
OTHER = Monitoring.create_id(JIYOUNG, "w-2")
THIRD = Monitoring.create_id(JIYOUNG, "w-3")


def roster(*given: tuple) -> Scenario[WatchRoster]:
    """Sessions and who watches them; None: they wait."""
    scenario = Scenario[WatchRoster](ROSTER).given(
        RosterBegan, originator_topic="watch_roster", timestamp=T0, district=GANGDONG
    )
    for session_id, operator_id in given:
        if operator_id is None:
            scenario = scenario.given(Queued, timestamp=T0, session_id=session_id)
        else:
            scenario = scenario.given(
                Given, timestamp=T0, session_id=session_id, operator_id=operator_id
            )
    return scenario


def place(session_id=SESSION, present=(KIM, LEE), policy=POLICY, **more):
    return lambda one: one.place(session_id, present=present, at=after(5), policy=policy, **more)


def test_whoever_watches_the_fewest_gets_the_next() -> None:
    roster().when(place()).then((Given, {"operator_id": KIM}))
    roster((OTHER, KIM)).when(place()).then((Given, {"operator_id": LEE}))
    roster((OTHER, LEE)).when(place()).then((Given, {"operator_id": KIM}))


def test_nobody_watches_more_than_one_may_and_then_it_waits() -> None:
    one_each = POLICY.model_copy(update={"watched_max": 1})
    roster((OTHER, KIM)).when(place(present=(KIM,), policy=one_each)).then(Queued)
    roster((OTHER, KIM)).when(place(policy=one_each)).then((Given, {"operator_id": LEE}))
    roster().when(place(present=())).then(Queued)
    roster((SESSION, None)).when(place(present=())).then()


def test_who_gives_it_away_does_not_get_it_back() -> None:
    roster((SESSION, KIM)).when(place(but={KIM})).then((Given, {"operator_id": LEE}))
    roster((SESSION, KIM)).when(place(present=(KIM,), but={KIM})).then(Queued)


def test_by_hand_the_limit_holds_too() -> None:
    one_each = POLICY.model_copy(update={"watched_max": 1})

    def give(policy=POLICY):
        return lambda one: one.give(SESSION, KIM, at=after(5), policy=policy)

    roster((SESSION, None)).when(give()).then((Given, {"operator_id": KIM}))
    roster((SESSION, KIM)).when(give(one_each)).then()
    roster((OTHER, KIM)).when(give(one_each)).then_refused(RosterFull)


def test_what_is_freed_is_watched_and_waited_for_no_more() -> None:
    roster((SESSION, KIM)).when(lambda one: one.free(SESSION, at=after(5))).then(Freed)
    roster((SESSION, None)).when(lambda one: one.free(SESSION, at=after(5))).then(Freed)
    roster((SESSION, KIM)).when(lambda one: one.free(OTHER, at=after(5))).then()

    def forgotten(one: WatchRoster) -> None:
        one.free(SESSION, at=after(5))
        assert one.watched == {OTHER: LEE}
        assert one.waiting == ()

    roster((SESSION, KIM), (OTHER, LEE)).when(forgotten).then(Freed)


def test_a_roster_knows_who_watches_and_who_waits() -> None:
    def left(one: WatchRoster) -> None:
        assert one.watched_by(LEE) == (OTHER,)
        assert one.waiting == (THIRD,)

    roster((SESSION, KIM), (OTHER, LEE), (THIRD, None)).when(left).then()


def test_a_centre_has_one_roster() -> None:
    one = WatchRoster.begin_for(GANGDONG, at=T0)
    assert one.id == ROSTER
    assert one.district == GANGDONG


def test_the_audience_is_whoever_may_take_it() -> None:
    def seen_by(*districts: str):
        def step(one: Monitoring) -> None:
            assert one.audience == districts

        return step

    assigned().when(seen_by(GANGDONG)).then()
    wanted().when(seen_by(GANGDONG, SONGPA)).then()
