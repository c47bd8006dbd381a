"""Who lives in the simulated city: operators at consoles, citizens with phones and guardians."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from application.bells.lists import read_bells
from application.context import system
from application.member_desk import RegisterMember
from application.safe_return import Receipt
from domain.language import Language
from domain.member import Member
from domain.policy import SEOUL, Policy
from interfaces.commands.output import progress
from interfaces.demo.numbers import CityNumbers
from interfaces.demo.people import People
from interfaces.demo.places import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from domain.geography import DistrictCode
    from infrastructure.bootstrap import House
    from interfaces.demo.stage import Stage

AT_ONCE: Final = 8
BELLS: Final = 20
"""In each district, so that no two presses of a level are of one bell."""
COLUMNS: Final = ("bell_no", "latitude_deg", "longitude_deg")
DAY_S: Final = 86_400.0
NIGHT_ENDS_H: Final = 1
"""The last start of a night is at one: from then on only the coming one can be booked."""
GUARDIANS: Final = 2
"""Of each citizen; the service allows five."""


@dataclass(frozen=True, slots=True)
class Citizen:
    """Her phone's token, and whom her messages go to."""

    citizen_id: UUID
    token: str
    guardians: tuple[UUID, ...]
    district: DistrictCode


class Town:
    """Everybody, by what they are needed for."""

    def __init__(self, running: Stage, *, operators: int, teams: int) -> None:
        self._house = running.house
        passwords: dict[str, str] = {}
        self.people = People(
            running.url, running.house, lambda who: passwords.setdefault(who, token_urlsafe(9))
        )
        self.operators = self._sit_down(operators)
        self.bells = self._bells()
        self.scouts = self._scouts(teams) if teams else {}
        self._districts = cycle(sorted(PLACES))

    def _sit_down(self, each: int) -> dict[DistrictCode, Iterator[str]]:
        """``each`` operators at consoles of every centre; returns their tokens, in turns."""
        names = [f"operator{number}" for number in range(1, each + 1)]
        posts = [(name, code) for code in sorted(PLACES) for name in names]
        with progress("operators") as advance, ThreadPoolExecutor(AT_ONCE) as pool:
            tokens: dict[DistrictCode, list[str]] = {}
            for done, ((_, code), person) in enumerate(
                zip(posts, pool.map(lambda post: self.people.staff(*post), posts), strict=True), 1
            ):
                tokens.setdefault(code, []).append(person.token or "")
                advance(done, len(posts))
        return {code: cycle(known) for code, known in tokens.items()}

    def _bells(self) -> dict[DistrictCode, Iterator[str]]:
        """Some bells in every district, installed as a list of the city's says; in turns."""
        rows = [
            (f"{code}-{number:04}", point.latitude_deg, point.longitude_deg)
            for code, point in sorted(PLACES.items())
            for number in range(BELLS)
        ]
        table = "\n".join(",".join(map(str, row)) for row in (COLUMNS, *rows))
        listed = read_bells(table.encode(), self._house.districts).bells
        self._house.bell_registry.take_in(listed, system("benchmark", correlation_id=uuid4()))
        return {
            code: cycle([bell_no for bell_no, *_ in rows if bell_no.startswith(code)])
            for code in PLACES
        }

    def _scouts(self, each: int) -> dict[str, tuple[str, ...]]:
        """``each`` teams of two in every district, tonight; their phones' tokens by team.

        They may meet whom they walk with a day before the start, so that the hour of the
        benchmark is of no matter: a change of the city's numbers, which the log keeps.
        """
        CityNumbers(self.people.administrator).rule({"escort_meet_before_s": DAY_S})
        wanted = [code for code in sorted(PLACES) for _ in range(each)]
        with progress("scouts") as advance, ThreadPoolExecutor(AT_ONCE) as pool:
            teams: dict[str, tuple[str, ...]] = {}
            for team_id, tokens in pool.map(self._team, wanted):
                teams[team_id] = tokens
                advance(len(teams), len(wanted))
        return teams

    def _team(self, code: DistrictCode) -> tuple[str, tuple[str, ...]]:
        supervisor = self.people.staff("supervisor", code)
        scout = {"district": code, "name": "박스카", "phone": "+821055558888"}
        two = [supervisor.post("/v1/scouts", scout) for _ in range(2)]
        night = _night(datetime.now(SEOUL))
        path = f"/v1/scout-rosters/{code}/{night.isoformat()}/teams"
        team = supervisor.post(path, {"scouts": [one["scout_id"] for one in two]})
        return team["team_id"], tuple(one["token"] for one in two)

    def citizens(self, count: int) -> Sequence[Citizen]:
        """So many who have not been asked for yet."""
        with progress("citizens") as advance, ThreadPoolExecutor(AT_ONCE) as pool:
            districts = [next(self._districts) for _ in range(count)]
            found = []
            for citizen in pool.map(lambda code: _joined(self._house, code), districts):
                found.append(citizen)
                advance(len(found), count)
        return found


def _night(moment: datetime) -> date:
    """Tonight, by the day on which it begins; the first hours of a day are still the last one's."""
    return moment.date() - timedelta(days=int(moment.hour < NIGHT_ENDS_H))


def _joined(house: House, district: DistrictCode) -> Citizen:
    """A member with confirmed guardians, as the desks leave one."""
    context = system("benchmark", correlation_id=uuid4())
    joined = house.member_desk.register(
        RegisterMember(name="김안심", phone="+821012345678"), context
    )
    member, at = house.app.load(Member, joined.citizen_id), house.clock.now()
    guardians = tuple(uuid4() for _ in range(GUARDIANS))
    for number, guardian_id in enumerate(guardians):
        named: dict[str, Any] = {"name": "보호자", "phone": f"+82109876543{number}"}
        member.name_guardian(
            guardian_id=guardian_id, language=Language.KO, at=at, policy=Policy(), **named
        )
        member.confirm_guardian(guardian_id, at=at)
    house.app.commit([member], context=context, receipt=Receipt(aggregate_id=member.id))
    return Citizen(
        citizen_id=joined.citizen_id,
        token=joined.device_token or "",
        guardians=guardians,
        district=district,
    )
