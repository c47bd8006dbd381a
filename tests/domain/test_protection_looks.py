"""The rota: each look that is due is recorded by somebody, or rises."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.base import ERASED
from domain.geography import CITY
from domain.protection import Protection, facts
from domain.protection.refusals import (
    LookUnknown,
    PlacesTooMany,
    PlaceUnknown,
    ProtectionExpired,
    TimesUnfit,
)
from domain.protection.vocabulary import LookFinding, MissedLevel, WatchTime, next_look
from tests.domain.protections import (
    CITIZEN,
    ENDS_AT,
    EVENINGS,
    HOME,
    MIDNIGHT,
    OPERATOR,
    OTHER,
    PLACE,
    POLICY,
    SUPERVISOR,
    after,
    due,
    enrolled,
    look_id,
    missed,
    planned,
)
from tests.memory import GANGDONG
from tests.scenario import T0

LATE = MIDNIGHT + timedelta(seconds=600)


def named(times: tuple[WatchTime, ...] = (EVENINGS,), place_id: object = PLACE):
    place = HOME.model_copy(update={"times": times})
    return lambda one: one.name_place(place_id=place_id, place=place, at=T0, policy=POLICY)


def looked(number: int = 1, finding: LookFinding = LookFinding.CALM):
    return lambda one: one.record_look(
        look_id=look_id(number), operator_id=OPERATOR, finding=finding, note=None, at=LATE
    )


class TestMoments:
    def test_looks_come_by_the_clock_of_seoul(self) -> None:
        assert next_look(HOME, T0) == MIDNIGHT
        assert next_look(HOME, MIDNIGHT) == MIDNIGHT + timedelta(hours=1)
        assert next_look(HOME, MIDNIGHT - timedelta(hours=3)) == MIDNIGHT - timedelta(hours=1)

    def test_after_the_last_of_a_night_comes_the_first_of_the_next_week(self) -> None:
        last = MIDNIGHT + timedelta(hours=1)
        assert next_look(HOME, last) == MIDNIGHT + timedelta(days=7) - timedelta(hours=1)

    def test_a_place_without_times_or_one_that_is_erased_is_not_looked_at(self) -> None:
        assert next_look(HOME.model_copy(update={"times": ()}), T0) is None
        assert next_look(ERASED, T0) is None


class TestPlaces:
    def test_a_place_is_watched_from_its_next_moment_on(self) -> None:
        enrolled().when(named()).then(
            (facts.PlaceNamed, {"place_id": PLACE}),
            (facts.LookPlanned, {"due_at": MIDNIGHT, "look_id": look_id()}),
        )
        assert facts.PlaceNamed.PERSONAL == {"place": "citizen_id"}

    def test_named_alike_nothing_changes_and_otherwise_it_is_planned_anew(self) -> None:
        planned().when(named()).then()
        earlier = EVENINGS.model_copy(update={"every_min": 10})

        def otherwise(one: Protection) -> None:
            named((earlier,))(one)
            assert [look.due_at for look in one.looks.values()] == [after(9 * 60)]

        planned().when(otherwise).then(facts.PlaceNamed, facts.LookPlanned)

    def test_without_times_nothing_is_planned(self) -> None:
        enrolled().when(named(())).then(facts.PlaceNamed)

    @pytest.mark.parametrize(
        "changes",
        [
            {"days": ()},
            {"days": (7,)},
            {"from_minute": 1440, "until_minute": 1500},
            {"until_minute": 1380},
            {"until_minute": 2821},
            {"every_min": 9},
        ],
    )
    def test_times_that_nobody_could_keep_are_refused(self, changes) -> None:
        enrolled().when(named((EVENINGS.model_copy(update=changes),))).then_refused(TimesUnfit)

    def test_five_places_at_most(self) -> None:
        scenario = enrolled()
        for number in range(5):
            scenario = scenario.given(
                facts.PlaceNamed,
                timestamp=T0,
                citizen_id=CITIZEN,
                place_id=look_id(number),
                place=HOME,
            )
        scenario.when(named()).then_refused(PlacesTooMany)
        scenario.when(named((), look_id(1))).then(facts.PlaceNamed)

    def test_a_place_that_is_removed_is_looked_at_no_more(self) -> None:
        def removed(one: Protection) -> None:
            one.remove_place(place_id=PLACE, at=T0)
            assert (one.places, one.looks) == ({}, {})

        due().when(removed).then(facts.PlaceRemoved)
        due().when(lambda one: one.remove_place(place_id=OTHER, at=T0)).then_refused(PlaceUnknown)


class TestLooks:
    def test_when_one_is_due_the_next_is_planned(self) -> None:
        planned().when(
            lambda one: one.look_due(look_id=look_id(), at=MIDNIGHT, policy=POLICY)
        ).then(
            (facts.LookDue, {"look_id": look_id(), "missed_at": LATE}),
            (facts.LookPlanned, {"due_at": MIDNIGHT + timedelta(hours=1)}),
        )

    def test_asked_again_or_of_an_unknown_one_or_too_late_nothing_happens(self) -> None:
        for one in (look_id(), OTHER):
            due().when(
                lambda protection, one=one: protection.look_due(  # type: ignore[misc]
                    look_id=one, at=MIDNIGHT, policy=POLICY
                )
            ).then()
        planned().when(
            lambda one: one.look_due(look_id=look_id(), at=ENDS_AT, policy=POLICY)
        ).then()

    def test_a_look_is_recorded_once(self) -> None:
        def twice(one: Protection) -> None:
            looked(finding=LookFinding.SUSPICIOUS)(one)
            with pytest.raises(LookUnknown):
                looked()(one)

        due().when(twice).then((facts.Looked, {"finding": LookFinding.SUSPICIOUS, "late": False}))

    def test_what_is_not_due_is_not_recorded(self) -> None:
        for scenario, number in ((planned(), 1), (due(), 2), (due(), 9)):
            scenario.when(looked(number)).then_refused(LookUnknown)

    def test_after_the_end_no_look_is_recorded(self) -> None:
        due().when(
            lambda one: one.record_look(
                look_id=look_id(),
                operator_id=OPERATOR,
                finding=LookFinding.CALM,
                note=None,
                at=ENDS_AT,
            )
        ).then_refused(ProtectionExpired)


def missing(at, supervisor=SUPERVISOR, number: int = 1):
    return lambda one: one.look_missed(
        look_id=look_id(number), supervisor=supervisor, city=OTHER, at=at, policy=POLICY
    )


class TestMissed:
    def test_the_supervisor_is_called_and_then_the_city(self) -> None:
        told = due().when(missing(LATE)).fact
        assert (told.level, told.next_at) == (
            MissedLevel.SUPERVISOR,
            LATE + timedelta(seconds=600),
        )
        assert (told.page.district, told.page.staff_id) == (GANGDONG, SUPERVISOR)
        city = missed().when(missing(told.next_at)).fact
        assert (city.level, city.next_at) == (MissedLevel.CITY, None)
        assert (city.page.district, city.page.staff_id) == (CITY, OTHER)

    def test_where_no_supervisor_is_on_duty_the_city_is_called_at_once(self) -> None:
        assert due().when(missing(LATE, supervisor=None)).fact.level is MissedLevel.CITY

    def test_before_its_time_or_recorded_or_over_nobody_is_called(self) -> None:
        recorded = due().given(
            facts.Looked,
            timestamp=LATE,
            citizen_id=CITIZEN,
            look_id=look_id(),
            operator_id=OPERATOR,
            finding=LookFinding.CALM,
            late=False,
            note=None,
        )
        for scenario, at in (
            (due(), LATE - timedelta(seconds=1)),
            (missed(), LATE),
            (recorded, LATE),
            (due(), ENDS_AT),
            (planned(), LATE),
        ):
            scenario.when(missing(at)).then()

    def test_a_late_look_says_so_and_calls_nobody_further(self) -> None:
        def late(one: Protection) -> None:
            looked()(one)
            missing(LATE + timedelta(hours=1))(one)

        missed().when(late).then((facts.Looked, {"late": True}))

    def test_once_the_city_is_told_the_look_has_risen_as_far_as_it_can(self) -> None:
        def risen(one: Protection) -> None:
            missing(LATE + timedelta(seconds=600))(one)
            assert one.due_looks == ()

        missed().when(risen).then(facts.LookMissed)
