"""Who is called to a walk that nobody watches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.escalation import CITY_LINE, OnDuty
from domain.escort import Escort, facts
from domain.geography import CITY
from domain.page import Page
from tests.domain.escorts import GANGDONG, KIM, LEE, POLICY, after, walking, watched

PARK = OnDuty(GANGDONG, LEE)


def test_the_supervisor_is_called_to_an_unwatched_walk_and_else_the_city() -> None:
    def called(line: OnDuty) -> Page:
        found = walking().when(lambda one: one.watch_due(on_duty=line, at=after(3)))
        page: Page = found.fact.page
        return page

    there = called(PARK)
    assert (there.district, there.staff_id) == (GANGDONG, LEE)
    city = called(CITY_LINE)
    assert (city.district, city.staff_id) == (CITY, None)
    assert there.page_id == city.page_id


def test_each_time_that_nobody_watches_is_a_call_of_its_own() -> None:
    first = walking().when(lambda one: one.watch_due(on_duty=PARK, at=after(3))).fact
    left = watched().given(facts.WatchLeft, timestamp=after(5), operator_id=KIM, watch_by=after(6))
    then = left.when(lambda one: one.watch_due(on_duty=PARK, at=after(6))).fact
    assert first.page.page_id != then.page.page_id


def leaves(operator_id: UUID, *, given_away: bool = True) -> Any:
    return lambda one: one.leave_watch(
        operator_id, given_away=given_away, at=after(5), policy=POLICY
    )


def test_who_leaves_her_watch_leaves_a_time_for_another() -> None:
    watched().when(leaves(KIM)).then(
        (facts.WatchLeft, {"operator_id": KIM, "watch_by": after(6), "given_away": True})
    )
    watched().when(leaves(LEE)).then()
    left = watched().given(facts.WatchLeft, timestamp=after(5), operator_id=KIM, watch_by=after(6))
    left.when(lambda one: one.watch_due(on_duty=CITY_LINE, at=after(6))).then(facts.Unwatched)


def test_who_gave_it_away_is_known_until_she_watches_again() -> None:
    def knows(*operators: UUID) -> Any:
        def step(one: Escort) -> None:
            assert one.given_away == set(operators)

        return step

    left = {"operator_id": KIM, "watch_by": after(6)}
    gone = watched().given(facts.WatchLeft, timestamp=after(5), **left)
    gone.when(knows()).then()
    given = watched().given(facts.WatchLeft, timestamp=after(5), given_away=True, **left)
    given.when(knows(KIM)).then()
    given.given(facts.WatchBegun, timestamp=after(6), operator_id=LEE).when(knows(KIM)).then()
    given.given(facts.WatchBegun, timestamp=after(6), operator_id=KIM).when(knows()).then()
