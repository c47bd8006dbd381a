"""One district's scouts in one night: teams, shifts, days off, bookings, closures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from domain.base import DomainError
from domain.scout_roster import ClosureReason, ScoutRoster, facts
from domain.scout_roster.refusals import (
    DistrictClosed,
    InAnotherTeam,
    NightPast,
    NotClosed,
    NoTeamFree,
    OffThatNight,
    ShiftBooked,
    ShiftUnfit,
    TeamStillOut,
    TeamUnfit,
    TeamUnknown,
)
from tests.domain.escorts import (
    BOOKED_AT,
    BORA,
    ESCORT,
    FIRST,
    HANA,
    KIM,
    MINA,
    NIGHT,
    POLICY,
    SECOND,
    SORA,
    STARTS_AT,
    after,
    kept,
    roster,
    seoul,
    with_team,
    with_two_teams,
)
from tests.scenario import Scenario

OTHER, THIRD = (uuid5(NAMESPACE_URL, f"/escorts/{n}") for n in ("other", "third"))
NIGHT_OVER = seoul(NIGHT + timedelta(days=1), 1, 0, 1)


def form(
    scouts: tuple[UUID, ...] = (BORA, SORA),
    *,
    shift: tuple[datetime, datetime] | None = None,
    at: datetime = BOOKED_AT,
) -> Callable[[ScoutRoster], object]:
    return lambda one: one.form_team(SECOND, scouts, shift=shift, at=at, policy=POLICY)


def test_two_scouts_are_a_team_for_the_whole_night() -> None:
    with_team().when(form()).then(
        (
            facts.TeamFormed,
            {
                "scouts": (BORA, SORA),
                "shift_from": seoul(NIGHT, 22),
                "shift_until": seoul(NIGHT + timedelta(days=1), 1),
            },
        )
    )


def test_a_shift_is_a_part_of_the_night() -> None:
    until_midnight = (seoul(NIGHT, 22), seoul(NIGHT + timedelta(days=1), 0))
    roster().when(form(shift=until_midnight)).then(
        (facts.TeamFormed, {"shift_until": until_midnight[1]})
    )
    for shift in (
        (seoul(NIGHT, 21, 59), seoul(NIGHT, 23)),
        (seoul(NIGHT, 23), seoul(NIGHT, 22)),
        (seoul(NIGHT, 23), seoul(NIGHT + timedelta(days=1), 1, 1)),
    ):
        roster().when(lambda one, shift=shift: form(shift=shift)(one)).then_refused(ShiftUnfit)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("scouts", "refusal"),
    [
        ((BORA,), TeamUnfit),
        ((BORA, BORA), TeamUnfit),
        ((BORA, BORA, SORA), TeamUnfit),
        ((BORA, SORA, KIM), TeamUnfit),
        ((BORA, MINA), InAnotherTeam),
    ],
)
def test_other_teams_are_refused(scouts: tuple[UUID, ...], refusal: type[DomainError]) -> None:
    with_team().when(form(scouts)).then_refused(refusal)


def test_nobody_is_put_into_a_night_that_is_over() -> None:
    roster().when(form(at=NIGHT_OVER)).then_refused(NightPast)
    roster().when(form(at=seoul(NIGHT + timedelta(days=1), 1))).then(facts.TeamFormed)


def keep(
    escort_id: UUID = ESCORT,
    *,
    starts_at: datetime = STARTS_AT,
    at: datetime = BOOKED_AT,
    but: tuple[UUID, ...] = (),
) -> Callable[[ScoutRoster], object]:
    return lambda one: one.keep(escort_id, starts_at=starts_at, at=at, policy=POLICY, but=but)


def test_a_free_team_is_kept_for_an_hour() -> None:
    with_team().when(keep()).then(
        (
            facts.TeamBooked,
            {"team_id": FIRST, "starts_at": STARTS_AT, "until": after(60)},
        )
    )


def test_nobody_is_promised_a_team_that_is_kept() -> None:
    one_team = kept(with_team())
    one_team.when(keep(OTHER)).then_refused(NoTeamFree)
    one_team.when(keep(OTHER, starts_at=after(30))).then_refused(NoTeamFree)
    one_team.when(keep(OTHER, starts_at=after(-30))).then_refused(NoTeamFree)
    one_team.when(keep(OTHER, starts_at=after(60))).then(facts.TeamBooked)
    roster().when(keep()).then_refused(NoTeamFree)


def test_the_team_that_was_asked_least_is_asked_first() -> None:
    with_two_teams().when(keep()).then((facts.TeamBooked, {"team_id": FIRST}))
    once = kept(with_two_teams())
    once.when(keep(OTHER, starts_at=after(60))).then((facts.TeamBooked, {"team_id": SECOND}))
    freed = once.given(facts.TeamFreed, timestamp=BOOKED_AT, team_id=FIRST, escort_id=ESCORT)
    freed.when(keep(OTHER)).then((facts.TeamBooked, {"team_id": SECOND}))


def test_a_team_is_asked_within_its_shift_only() -> None:
    until_eleven = with_team().given(
        facts.ShiftChanged,
        timestamp=BOOKED_AT,
        team_id=FIRST,
        shift_from=seoul(NIGHT, 22, 30),
        shift_until=seoul(NIGHT, 23),
    )
    until_eleven.when(keep(starts_at=seoul(NIGHT, 22))).then_refused(NoTeamFree)
    until_eleven.when(keep(starts_at=seoul(NIGHT, 22, 30))).then(facts.TeamBooked)
    until_eleven.when(keep(starts_at=seoul(NIGHT, 23))).then(facts.TeamBooked)
    until_eleven.when(keep(starts_at=seoul(NIGHT, 23, 30))).then_refused(NoTeamFree)


def test_an_escort_that_needs_another_team_gives_its_first_back() -> None:
    kept(with_two_teams()).when(keep(at=after(6), but=(FIRST,))).then(
        (facts.TeamFreed, {"team_id": FIRST, "escort_id": ESCORT}),
        (facts.TeamBooked, {"team_id": SECOND, "starts_at": after(6), "until": after(66)}),
    )
    kept(with_team()).when(keep(at=after(6), but=(FIRST,))).then_refused(NoTeamFree)


def out(upon: Scenario[ScoutRoster]) -> Scenario[ScoutRoster]:
    return upon.given(facts.TeamSetOut, timestamp=after(2), team_id=FIRST, escort_id=ESCORT)


def test_a_team_walks_with_one_escort_at_a_time() -> None:
    kept(with_team()).when(lambda one: one.set_out(ESCORT, at=after(2))).then(
        (facts.TeamSetOut, {"team_id": FIRST})
    )
    second = out(kept(with_team())).given(
        facts.TeamBooked,
        timestamp=BOOKED_AT,
        team_id=FIRST,
        escort_id=OTHER,
        starts_at=after(60),
        until=after(120),
    )
    second.when(lambda one: one.set_out(ESCORT, at=after(3))).then()
    second.when(lambda one: one.set_out(OTHER, at=after(60))).then_refused(TeamStillOut)
    back = second.given(facts.TeamFreed, timestamp=after(61), team_id=FIRST, escort_id=ESCORT)
    back.when(lambda one: one.set_out(OTHER, at=after(62))).then(facts.TeamSetOut)


def test_a_team_that_is_late_home_is_not_sent_at_once_to_another() -> None:
    late_home = out(kept(with_team()))
    late_home.when(keep(OTHER, starts_at=after(60), at=after(61))).then_refused(NoTeamFree)
    late_home.when(keep(OTHER, starts_at=after(90), at=after(61))).then(facts.TeamBooked)


def test_a_team_is_freed_once() -> None:
    kept(with_team()).when(lambda one: one.free(ESCORT, at=after(30))).then(
        (facts.TeamFreed, {"team_id": FIRST})
    )
    with_team().when(lambda one: one.free(ESCORT, at=after(30))).then()


def test_a_team_that_stands_down_leaves_its_escorts_to_others() -> None:
    waiting: list[object] = []
    kept(with_team()).when(lambda one: waiting.append(one.stand_down(FIRST, at=after(-60)))).then(
        facts.TeamFreed, (facts.TeamStoodDown, {"team_id": FIRST})
    )
    assert waiting == [(ESCORT,)]
    roster().when(lambda one: one.stand_down(FIRST, at=after(-60))).then_refused(TeamUnknown)
    out(kept(with_team())).when(lambda one: one.stand_down(FIRST, at=after(3))).then_refused(
        TeamStillOut
    )


def test_a_scout_with_the_night_off_is_in_no_team() -> None:
    with_team().when(lambda one: one.give_day_off(MINA, at=BOOKED_AT)).then(
        facts.TeamStoodDown, (facts.DayOffGiven, {"scout_id": MINA})
    )
    off = roster().given(facts.DayOffGiven, timestamp=BOOKED_AT, scout_id=BORA)
    off.when(lambda one: one.give_day_off(BORA, at=BOOKED_AT)).then()
    off.when(form()).then_refused(OffThatNight)
    off.when(lambda one: one.take_back_day_off(BORA, at=BOOKED_AT)).then(facts.DayOffTakenBack)
    roster().when(lambda one: one.take_back_day_off(BORA, at=BOOKED_AT)).then()
    back = off.given(facts.DayOffTakenBack, timestamp=BOOKED_AT, scout_id=BORA)
    back.when(form()).then(facts.TeamFormed)


def change(first: datetime, last: datetime) -> Callable[[ScoutRoster], None]:
    return lambda one: one.change_shift(FIRST, (first, last), at=BOOKED_AT, policy=POLICY)


def test_a_shift_changes_around_what_is_booked() -> None:
    late = (seoul(NIGHT, 23), seoul(NIGHT + timedelta(days=1), 1))
    early = (seoul(NIGHT, 22), seoul(NIGHT, 23))
    kept(with_team()).when(change(*late)).then_refused(ShiftBooked)
    kept(with_team()).when(change(*early)).then((facts.ShiftChanged, {"shift_until": early[1]}))
    with_team().when(change(seoul(NIGHT, 22), late[1])).then()
    roster().when(change(*late)).then_refused(TeamUnknown)


def test_a_closed_district_takes_no_bookings_and_names_those_that_stand() -> None:
    standing: list[object] = []

    def close(one: ScoutRoster) -> None:
        standing.append(one.close(ClosureReason.WEATHER, closed_by=KIM, at=after(3)))

    both = out(kept(kept(with_two_teams(), OTHER, SECOND)))
    both.when(close).then((facts.DistrictShut, {"reason": ClosureReason.WEATHER}))
    assert standing == [(OTHER,)]
    closed = with_team().given(
        facts.DistrictShut, timestamp=BOOKED_AT, reason="holiday", closed_by=KIM
    )
    closed.when(close).then()
    closed.when(keep()).then_refused(DistrictClosed)


def test_a_district_opens_again() -> None:
    def reopen(at: datetime) -> Callable[[ScoutRoster], None]:
        return lambda one: one.reopen(reopened_by=KIM, at=at, policy=POLICY)

    closed = with_team().given(
        facts.DistrictShut, timestamp=BOOKED_AT, reason="weather", closed_by=KIM
    )
    closed.when(reopen(after(0))).then(facts.DistrictReopened)
    closed.when(reopen(NIGHT_OVER)).then_refused(NightPast)
    with_team().when(reopen(after(0))).then_refused(NotClosed)
    again = closed.given(facts.DistrictReopened, timestamp=after(0), reopened_by=KIM)
    again.when(keep(at=after(1))).then(facts.TeamBooked)


def test_how_many_teams_are_free_is_told_for_each_start() -> None:
    free: list[int] = []

    def count(one: ScoutRoster) -> None:
        free.append(one.teams_free(STARTS_AT, at=BOOKED_AT, policy=POLICY))

    with_two_teams().when(count).then()
    kept(with_two_teams()).when(count).then()
    with_two_teams().given(
        facts.DistrictShut, timestamp=BOOKED_AT, reason="weather", closed_by=KIM
    ).when(count).then()
    assert free == [2, 1, 0]


def test_a_roster_begins_empty_and_knows_who_walks_with_whom() -> None:
    begun = ScoutRoster.begin_for("11740", NIGHT, at=BOOKED_AT)
    assert begun.id == ScoutRoster.create_id("11740", NIGHT)
    assert begun.team_of(MINA) is None
    begun.form_team(FIRST, (MINA, HANA), shift=None, at=BOOKED_AT, policy=POLICY)
    assert begun.team_of(HANA) == begun.teams[FIRST]
