"""Escorts and rosters that are given: one citizen, two teams, one night in February 2023."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.escort import Escort, facts
from domain.escort.vocabulary import EscortParty, ToldBy
from domain.geography import Position
from domain.language import Language
from domain.policy import SEOUL, Policy
from domain.scout_roster import ScoutRoster
from domain.scout_roster import facts as roster_facts
from domain.watching import Route, RouteKind
from tests.scenario import Scenario

POLICY = Policy()
JIYOUNG = uuid5(NAMESPACE_URL, "/citizens/jiyoung")
MINA, HANA, BORA, SORA = (uuid5(NAMESPACE_URL, f"/scouts/{n}") for n in "mhbs")
FIRST, SECOND = (uuid5(NAMESPACE_URL, f"/teams/{n}") for n in (1, 2))
KIM, LEE = (uuid5(NAMESPACE_URL, f"/staff/{n}") for n in ("kim", "lee"))
REPORT = uuid5(NAMESPACE_URL, "/reports/1")
GANGDONG = "11740"
NIGHT = date(2023, 2, 2)
STATION = Position(latitude_deg=37.5301, longitude_deg=127.1238)
HOME = Position(latitude_deg=37.5381, longitude_deg=127.1302)
CODE = "4711"
ESCORT = Escort.create_id(JIYOUNG, "r-1")
ROSTER = ScoutRoster.create_id(GANGDONG, NIGHT)


def seoul(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SEOUL)


BOOKED_AT = seoul(NIGHT, 21, 0).astimezone(UTC)
STARTS_AT = seoul(NIGHT, 22, 30).astimezone(UTC)


def after(minutes: float) -> datetime:
    """So long after the start."""
    return STARTS_AT + timedelta(minutes=minutes)


def booked() -> Scenario[Escort]:
    return Scenario[Escort](ESCORT).given(
        facts.Booked,
        originator_topic="escort",
        timestamp=BOOKED_AT,
        citizen_id=JIYOUNG,
        language=Language.KO,
        district=GANGDONG,
        night=NIGHT,
        starts_at=STARTS_AT,
        team_id=FIRST,
        scouts=(MINA, HANA),
        meeting_cell="2109_5478",
        destination_cell="2114_5487",
        distance_m=1053,
        skew_s=None,
        remind_at=after(-15),
        meet_from=after(-30),
        late_at=after(5),
        no_show_at=after(10),
        meeting=STATION,
        destination=HOME,
        meeting_note="2번 출구 앞",
        code=CODE,
    )


def cancelled() -> Scenario[Escort]:
    return booked().given(facts.Cancelled, timestamp=after(-20), by="citizen", operator_id=None)


def scouts_wait() -> Scenario[Escort]:
    return booked().given(
        facts.Waited, timestamp=after(-1), party=EscortParty.SCOUTS, scout_id=MINA
    )


def citizen_missed() -> Scenario[Escort]:
    return scouts_wait().given(
        facts.NoShow,
        timestamp=after(10),
        party=EscortParty.CITIZEN,
        told_by=ToldBy.TIMER,
        give_up_at=after(20),
    )


def walking() -> Scenario[Escort]:
    return (
        booked()
        .given(facts.Met, timestamp=after(2), team_id=FIRST, scout_id=MINA)
        .given(
            facts.Started,
            timestamp=after(2),
            district=GANGDONG,
            citizen_id=JIYOUNG,
            due_at=after(29),
            watch_by=after(3),
            route=Route(kind=RouteKind.STRAIGHT, points=(STATION, HOME), half_width_m=263.25),
        )
    )


def watched() -> Scenario[Escort]:
    return walking().given(facts.WatchBegun, timestamp=after(2.5), operator_id=KIM)


def arrived() -> Scenario[Escort]:
    return watched().given(
        facts.Arrived,
        timestamp=after(25),
        told_by=ToldBy.SCOUTS,
        scout_id=MINA,
        confirm_by=after(30),
    )


def home() -> Scenario[Escort]:
    return arrived().given(facts.Completed, timestamp=after(26), told_by=ToldBy.CITIZEN)


def roster() -> Scenario[ScoutRoster]:
    return Scenario[ScoutRoster](ROSTER).given(
        roster_facts.Began,
        originator_topic="scout_roster",
        timestamp=BOOKED_AT,
        district=GANGDONG,
        night=NIGHT,
    )


def with_team(
    team_id: UUID = FIRST,
    scouts: tuple[UUID, ...] = (MINA, HANA),
    upon: Scenario[ScoutRoster] | None = None,
) -> Scenario[ScoutRoster]:
    """A team for the whole night."""
    return (upon or roster()).given(
        roster_facts.TeamFormed,
        timestamp=BOOKED_AT,
        team_id=team_id,
        scouts=scouts,
        shift_from=seoul(NIGHT, 22),
        shift_until=seoul(NIGHT, 22) + timedelta(hours=3),
    )


def with_two_teams() -> Scenario[ScoutRoster]:
    return with_team(SECOND, (BORA, SORA), with_team())


def kept(
    upon: Scenario[ScoutRoster], escort_id: UUID = ESCORT, team_id: UUID = FIRST
) -> Scenario[ScoutRoster]:
    """The team is kept for the escort at half past ten."""
    return upon.given(
        roster_facts.TeamBooked,
        timestamp=BOOKED_AT,
        team_id=team_id,
        escort_id=escort_id,
        starts_at=STARTS_AT,
        until=STARTS_AT + timedelta(hours=1),
    )
