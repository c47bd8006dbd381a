"""Who is called to a walk that nobody watches."""

from __future__ import annotations

from domain.escalation import CITY_LINE, OnDuty
from domain.escort import facts
from domain.geography import CITY
from domain.page import Page
from tests.domain.escorts import GANGDONG, KIM, LEE, after, walking, watched

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
