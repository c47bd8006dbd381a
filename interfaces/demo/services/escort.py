"""Two scouts meet a citizen at her station and walk her home, watched by an operator.

The hours are the city's own, whatever time it is: tonight's first start is booked, and the city
lets them meet this once as long before it as it is away, by a change that the log keeps.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from domain.base import Fact
from domain.policy import SEOUL
from interfaces.demo.case import Citizen
from interfaces.demo.numbers import CityNumbers
from interfaces.demo.stage import wait_for

if TYPE_CHECKING:
    from interfaces.demo.people import People, Person
    from interfaces.demo.player import Running

GANGDONG: Final = "11740"
STATION: Final = {"latitude_deg": 37.5301, "longitude_deg": 127.1238}
HALF_WAY: Final = {"latitude_deg": 37.5341, "longitude_deg": 127.1270}
HOME: Final = {"latitude_deg": 37.5381, "longitude_deg": 127.1302}
DAY_S: Final = 86_400.0
REMIND_S: Final = 10.0
"""Until it is soon time: so that the changed numbers are in force before."""
AHEAD_S: Final = 60.0
"""A start nearer than that leaves no time for what comes before it."""
WITHIN_S: Final = 30.0
NIGHT_ENDS_H: Final = 2
"""A start before two in the morning belongs to the night of the day before."""


def live(running: Running, people: People) -> UUID:
    """From the booking to the door."""
    numbers = CityNumbers(people.administrator)
    citizen = people.citizen(Citizen(name="이두리", phone="+821055557777"))
    supervisor = people.staff("supervisor", GANGDONG)
    scouts = [_enlisted(people, supervisor, name) for name in ("박미나", "최하나")]
    starts = citizen.post("/v1/escorts/starts", {"meeting": STATION})["starts"]
    now = running.house.clock.now()
    offered = [datetime.fromisoformat(one["starts_at"]) for one in starts]
    starts_at = next(one for one in offered if one >= now + timedelta(seconds=AHEAD_S))
    _form(supervisor, starts_at, [scout_id for scout_id, _ in scouts])
    ahead_s = (starts_at - running.house.clock.now()).total_seconds()
    remind_s = max(0.0, min(DAY_S, ahead_s - REMIND_S))
    numbers.rule({"escort_meet_before_s": DAY_S, "escort_remind_before_s": remind_s})
    try:
        return _walked(running, people, citizen, [phone for _, phone in scouts], starts_at)
    finally:
        numbers.give_back()


def _enlisted(people: People, supervisor: Person, name: str) -> tuple[str, Person]:
    told = supervisor.post(
        "/v1/scouts", {"district": GANGDONG, "name": name, "phone": "+821055558888"}
    )
    return told["scout_id"], people.with_token(told["token"])


def _form(supervisor: Person, starts_at: datetime, scout_ids: list[str]) -> None:
    day = starts_at.astimezone(SEOUL)
    night = day.date() - timedelta(days=1 if day.hour < NIGHT_ENDS_H else 0)
    path = f"/v1/scout-rosters/{GANGDONG}/{night.isoformat()}/teams"
    supervisor.post(path, {"scouts": scout_ids})


def _walked(
    running: Running, people: People, citizen: Person, scouts: list[Person], starts_at: datetime
) -> UUID:
    booked = citizen.post(
        "/v1/escorts",
        {
            "request_id": str(uuid4()),
            "starts_at": starts_at.isoformat(),
            "meeting": STATION,
            "meeting_note": "2번 출구 앞",
            "destination": HOME,
        },
    )
    escort_id, path = UUID(booked["aggregate_id"]), f"/v1/escorts/{booked['aggregate_id']}"
    _await(running, escort_id, "escort.reminded")
    scouts[0].post(f"{path}/here", {})
    citizen.post(f"{path}/here", {})
    scouts[0].post(f"{path}/met", {"code": booked["code"]})
    people.staff("operator", GANGDONG).post(f"{path}/watch", {"take_over": True})
    for place in (STATION, HALF_WAY, HOME):
        for phone in (citizen, *scouts):
            phone.post(f"{path}/positions", {"fixes": [{**place, "accuracy_m": 6}]})
    scouts[1].post(f"{path}/arrived", {})
    citizen.post(f"{path}/arrived", {})
    _await(running, escort_id, "escort.completed")
    return escort_id


def _await(running: Running, escort_id: UUID, topic: str) -> None:
    def there() -> bool:
        stream = running.house.reader.stream(escort_id)
        return topic in {fact.TOPIC for fact in stream if isinstance(fact, Fact)}

    wait_for(there, what=f"the fact {topic}", within_s=WITHIN_S)
