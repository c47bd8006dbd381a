"""A city that lives on a running service: citizens report, synthetic operators answer."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import httpx
import structlog

from application.context import system
from application.errors import ApplicationError
from application.figures import read_figures
from domain.geography import DistrictCode
from infrastructure import bootstrap
from interfaces.demo.case import Case, Citizen
from interfaces.demo.people import ADMINISTRATOR, People, login_of
from interfaces.demo.performance import PRESS
from interfaces.demo.places import PLACES
from interfaces.demo.player import Player
from interfaces.demo.stage import wait_for
from interfaces.demo.stories import story

if TYPE_CHECKING:
    from infrastructure.bootstrap import House

log = structlog.get_logger()

OURS: Final = ("11740", "11110", "11560", "11350", "11680")
"""Districts without a synthetic operator: whoever logs in there answers for real."""
CITY_STAFF: Final = ("coordinator", "auditor", "statistician")
READY_S: Final = 120.0
PAUSE_S: Final = (12.0, 35.0)
AT_ONCE: Final = 8
WAITING_MAX: Final = 2
WELCOME: Final = "welcome.txt"
DEMO: Final = "demo"


@dataclass(frozen=True, slots=True)
class Town:
    """The service that the city lives on."""

    house: House
    url: str

    @property
    def partners_url(self) -> str:
        return self.house.settings.partners_url or ""


def live() -> None:
    """Move in, then let something happen now and then, until the process is ended."""
    with bootstrap.start_role("demo-city") as house:
        town = Town(house, f"http://{house.settings.host}:{house.settings.port}")
        _wait_until_served(town)
        people = _move_in(town)
        for district in sorted(PLACES.keys() - set(OURS)):
            people.staff("operator", district)
        chance = Random(uuid4().int)  # noqa: S311 - made-up people, no secrets
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="story") as pool:
            number = 0
            while True:
                number += 1
                if free := _not_crowded(people):
                    district = chance.choice(free)
                    told = story(chance, number, district, answered=district not in OURS)
                    pool.submit(_happen, town, people, told)
                time.sleep(chance.uniform(*PAUSE_S))


def _not_crowded(people: People) -> list[DistrictCode]:
    """Districts where another report does no harm: nobody may be answering in ours."""
    rows = people.staff("coordinator").get("/v1/queue")["rows"]
    waiting = Counter(row["district"] for row in rows)
    return [code for code in sorted(PLACES) if waiting[code] < WAITING_MAX]


def _happen(town: Town, people: People, told: Case) -> None:
    try:
        played = Player(town, people, told).play()
    except ApplicationError as error:
        # Somebody else may have answered first: that is what the demo is for.
        log.info("story.ended", code=error.code, story=told.case)
    except Exception as error:
        log.warning("story.failed", story=told.case, exc_info=error)
    else:
        log.info("story.told", story=told.case, report_id=str(played.reports[-1].report_id))


def _wait_until_served(town: Town) -> None:
    def look() -> bool:
        try:
            return http.get(f"{town.url}/readyz").is_success
        except httpx.HTTPError:
            return False

    with httpx.Client(timeout=2.0) as http:
        wait_for(look, what=f"an answer of {town.url}/readyz", within_s=READY_S)


def _move_in(town: Town) -> People:
    """Enrol everybody who is not there yet, enter the press's figures, say who can log in."""
    folder = town.house.home.path / DEMO
    folder.mkdir(mode=0o700, exist_ok=True)
    password = _kept(folder / "password", lambda: token_urlsafe(9))
    people = People(town.url, town.house, lambda _login: password)
    seeded = folder / "seeded.json"
    if not seeded.exists():
        figures = read_figures(PRESS.read_text(encoding="utf-8-sig"))
        town.house.ledger_desk.import_figures(figures, system("demo", correlation_id=uuid4()))
        for district in sorted(PLACES):
            people.enroll("operator", district)
        for who in CITY_STAFF:
            people.enroll(who, None)
        _write(seeded, json.dumps({"districts": sorted(PLACES)}))
    token = _kept(folder / "device_token", lambda: _token(people))
    _write(folder / WELCOME, _welcome(town, password, token))
    log.info("city.settled", districts=len(PLACES))
    return people


def _token(people: People) -> str:
    return people.citizen(Citizen(name="안심이", phone="+821012340000")).token or ""


def _welcome(town: Town, password: str, token: str) -> str:
    ours = ", ".join(f"{login_of('operator', code)} ({PLACES[code].name})" for code in OURS)
    place = PLACES[OURS[0]]
    body = {
        "how": "button",
        "position": {"latitude_deg": place.latitude_deg, "longitude_deg": place.longitude_deg},
    }
    return "\n".join(
        (
            "",
            "The demo city lives.",
            f"  queue        {town.url}/",
            f"  API          {town.url}/v1/openapi.json",
            f"  readiness    {town.url}/readyz",
            f"  log-ins      {ours}",
            f"               operator-<district code>, {', '.join(CITY_STAFF)}, {ADMINISTRATOR}",
            f"  password     {password}   (for all of them)",
            f"  raise one in {place.name}:",
            (
                f"  curl -X POST {town.url}/v1/emergencies -H 'Authorization: Bearer {token}' "
                f"-H 'Content-Type: application/json' -d '{json.dumps(body)}'"
            ),
            "",
        )
    )


def _kept(path: Path, make: Callable[[], str]) -> str:
    """What the file holds; made once."""
    if not path.exists():
        _write(path, make())
    return path.read_text()


def _write(path: Path, text: str) -> None:
    making = path.with_suffix(".new")
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    making.replace(path)
