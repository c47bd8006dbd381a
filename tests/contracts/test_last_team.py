"""Fifty citizens ask at once for the last team: one is promised it, the others are told so."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from pathlib import Path
from threading import Barrier
from uuid import UUID, uuid4

from application.context import Context, Principal
from application.escort.commands import BookEscort
from application.escort.roster_commands import FormTeam
from application.escort.scouts import EnlistScout
from application.member_desk import RegisterMember
from domain.base import DomainError
from domain.escort import Escort
from domain.geography import Position
from domain.message import RecipientKind
from domain.night import nights_to_book, starts
from domain.policy import Policy
from domain.roles import Role
from domain.scout_roster import ScoutRoster
from domain.session_guard import SessionGuard
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.clusters import Database

ROUND_THE_CLOCK = Policy(scouts_from=time(0, 0), scouts_until=time(0, 0))
GANGDONG = "11740"
OFFICE = Position(latitude_deg=37.5301, longitude_deg=127.1238)
HOME = Position(latitude_deg=37.5381, longitude_deg=127.1302)
AT_ONCE = 50


def context(role: Role, who: UUID, district: str | None = None) -> Context:
    return Context(
        principal=Principal(id=str(who), role=role, district=district), correlation_id=uuid4()
    )


def test_of_fifty_who_ask_at_once_one_wins_and_49_are_refused_by_name(
    database: Database, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", database_url=database.service_url)
    with House(settings, role="test") as house:
        house.home.prepare()
        house.policy = ROUND_THE_CLOCK
        night = nights_to_book(house.clock.now(), ROUND_THE_CLOCK)[-1]
        starts_at = starts(night, ROUND_THE_CLOCK)[-1]
        team_id = form_the_last_team(house, night)
        citizens = [join(house, number) for number in range(AT_ONCE)]
        ready = Barrier(AT_ONCE)

        def book(citizen_id: UUID) -> str:
            command = BookEscort(
                request_id=f"wish-{citizen_id}",
                starts_at=starts_at,
                meeting=OFFICE,
                destination=HOME,
            )
            ready.wait()
            try:
                booked = house.escort_desk.book(command, context(Role.CITIZEN, citizen_id))
            except DomainError as refusal:
                return refusal.code
            return str(booked.aggregate_id)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = Counter(pool.map(book, citizens))

        assert answers.pop("escort.no_team_free") == AT_ONCE - 1
        [(won, times)] = answers.items()
        assert times == 1
        roster = house.app.load(ScoutRoster, ScoutRoster.create_id(GANGDONG, night))
        assert [(one.escort_id, one.team_id) for one in roster.kept.values()] == [
            (UUID(won), team_id)
        ]
        winner = house.app.load(Escort, UUID(won)).citizen_id
        guards = [
            guard
            for one in citizens
            if (guard := house.app.find(SessionGuard, SessionGuard.create_id(one))) is not None
        ]
        assert [one.citizen_id for one in guards] == [winner]
        assert winner in citizens
        assert told_scouts(house) == 2


def join(house: House, number: int) -> UUID:
    command = RegisterMember(name="이두리", phone=f"+8210{number:08d}")
    return house.member_desk.register(command, context(Role.SYSTEM, uuid4())).citizen_id


def form_the_last_team(house: House, night: object) -> UUID:
    supervisor = context(Role.SUPERVISOR, uuid4(), GANGDONG)
    scouts = tuple(
        house.scouts_desk.enlist(
            EnlistScout(district=GANGDONG, name=name, phone="+821055550001"), supervisor
        ).scout_id
        for name in ("미나", "하나")
    )
    command = FormTeam.model_validate({"district": GANGDONG, "night": night, "scouts": scouts})
    team_id = house.scouts_desk.form_team(command, supervisor).team_id
    assert team_id is not None
    return team_id


def told_scouts(house: House) -> int:
    """How many messages to scouts wait to be sent."""
    with house.database.connection() as connection:
        row = connection.execute(
            "SELECT count(*) FROM events WHERE topic = 'message.composed'"
            " AND open::jsonb ->> 'recipient_kind' = %s",
            (RecipientKind.SCOUT,),
        ).fetchone()
    assert row is not None
    return int(row[0])
