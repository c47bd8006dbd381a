"""Plays one case over HTTP, step by step; each step waits for its fact, with a bound."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID, uuid4

import httpx

from domain.base import Fact
from domain.geography import DistrictCode
from interfaces.demo import filming
from interfaces.demo.case import (
    Act,
    Again,
    Behave,
    Cancel,
    Case,
    Film,
    Pause,
    Step,
    Trigger,
    Wait,
)
from interfaces.demo.filming import Filmed
from interfaces.demo.people import People, Person, code_of, must
from interfaces.demo.places import PLACES
from interfaces.demo.stage import DemoFailed, wait_for

if TYPE_CHECKING:
    from infrastructure.bootstrap import House

TRIGGERED = "emergency.triggered"
SETTLED = frozenset({"emergency.accepted", "emergency.cancelled"})
ACCEPTED_S = 20.0

DOORS: Mapping[str, tuple[str, str]] = {
    "claim": ("claim", "emergency.claimed"),
    "take_over": ("take-over", "emergency.taken_over"),
    "release": ("release", "emergency.released"),
    "camera": ("cameras", "emergency.camera_viewed"),
    "police": ("police", "emergency.police_requested"),
    "ambulance": ("ambulance", "emergency.ambulance_requested"),
    "note": ("notes", "emergency.note_added"),
    "resolve": ("resolve", "emergency.resolved"),
    "reopen": ("reopen", "emergency.reopened"),
}
"""Of each step in the control room: its path, and the fact that it must leave."""


@dataclass
class Played:
    """A case that has been played: what is left is to read it back."""

    case: Case
    report_id: UUID
    owed: list[str] = field(default_factory=list)
    """Facts that the steps must have left, in order."""
    filmed: list[Filmed] = field(default_factory=list)


class Running(Protocol):
    """A service that runs somewhere: whose log can be read, whose partners can be told."""

    @property
    def house(self) -> House: ...

    @property
    def partners_url(self) -> str: ...


class Player:
    def __init__(self, stage: Running, people: People, case: Case) -> None:
        self._stage = stage
        self._people = people
        self._case = case
        self._citizen: Person
        self._device_id = str(uuid4())
        self._report_id: UUID
        self._began = 0.0
        self._owed = [TRIGGERED]
        self._filmed: list[Filmed] = []

    def play(self, stepped: Callable[[], None] = lambda: None) -> Played:
        """Raise the report and take every step.

        Raises:
            DemoFailed: a fact did not come in time, or a step was refused; names the case.
        """
        try:
            self._sit_down()
            self._citizen = self._people.citizen(self._case.citizen)
            self._raise()
            stepped()
            for step in self._case.steps:
                self._take(step)
                stepped()
        except DemoFailed as error:
            raise DemoFailed(f"case {self._case.case}: {error}") from None
        return Played(self._case, self._report_id, self._owed, self._filmed)

    def _sit_down(self) -> None:
        """Operators are at their desks before anything happens, where it is known which."""
        district = self._case.expect.district
        for step in self._case.steps:
            if isinstance(step, Act) and district is not None:
                self._people.staff(step.by, district)

    def _raise(self) -> None:
        if self._case.trigger.drill and self._case.citizen is not None:
            must(self._citizen.ask("PUT", "/v1/me/drill-mode"))
        self._began = time.monotonic()
        receipt = self._send(self._case.trigger)
        self._report_id = UUID(receipt["aggregate_id"])

    def _send(self, trigger: Trigger) -> dict[str, Any]:
        receipt: dict[str, Any] = self._citizen.post(
            "/v1/emergencies", sent_by_phone(self._case, trigger, device_id=self._device_id)
        )
        return receipt

    def _take(self, step: Step) -> None:
        match step:
            case Wait():
                self._await({step.topic}, within_s=step.within_s)
            case Pause():
                time.sleep(step.seconds)
            case Cancel():
                self._cancel(step)
            case Again():
                self._send(step.trigger or self._case.trigger)
                self._owed.append("emergency.joined")
            case Film():
                device = self._device_id
                self._filmed.append(filming.send(self._citizen, self._report_id, device, step))
            case Behave():
                body = step.model_dump(mode="json", exclude_unset=True, exclude={"do"})
                must(httpx.post(f"{self._stage.partners_url}/control", json=body, timeout=5.0))
            case Act():
                self._act(step)

    def _cancel(self, step: Cancel) -> None:
        time.sleep(max(0.0, self._began + step.after_s - time.monotonic()))
        answer = self._citizen.post(
            f"/v1/emergencies/{self._report_id}/cancel",
            {"device": {"device_id": self._device_id}, "occurred_at": _now()},
        )
        self._owed.append(
            "emergency.cancelled" if answer["cancelled"] else "emergency.cancel_refused"
        )

    def _act(self, step: Act) -> None:
        """Somebody in the control room acts; they see the report once its window is over."""
        if step.refused is None:
            self._await(SETTLED, within_s=ACCEPTED_S)
        kind = str(getattr(step, "do"))  # noqa: B009 - every step but the base has one
        door, fact = DOORS[kind]
        body = step.model_dump(mode="json", exclude={"do", "by", "refused"})
        person = self._people.staff(step.by, self._district())
        answer = person.ask("POST", f"/v1/reports/{self._report_id}/{door}", json=body)
        if step.refused is None:
            must(answer)
            self._owed.append(fact)
        elif answer.is_success or code_of(answer) != step.refused:
            raise DemoFailed(
                f"step {kind} was to be refused as {step.refused}, and was answered "
                f"{answer.status_code} {code_of(answer) or ''}".rstrip()
            )

    def _await(self, topics: frozenset[str] | set[str], *, within_s: float) -> None:
        wait_for(
            lambda: any(fact.TOPIC in topics for fact in self._facts()),
            what=f"the fact {' or '.join(sorted(topics))}",
            within_s=within_s,
        )

    def _district(self) -> DistrictCode:
        """Where it rings, as the log has it: later facts may name another district."""
        named = [fact for fact in self._facts() if hasattr(fact, "district")]
        return str(getattr(named[-1], "district"))  # noqa: B009 - only some facts name one

    def _facts(self) -> list[Fact]:
        return [
            fact
            for fact in self._stage.house.reader.stream(self._report_id)
            if isinstance(fact, Fact)
        ]


def sent_by_phone(case: Case, trigger: Trigger, *, device_id: str) -> dict[str, Any]:
    """The body of a trigger, as the citizens' app writes it."""
    body: dict[str, Any] = {
        "trigger_id": str(uuid4()),
        "how": trigger.how,
        "alert": trigger.alert,
        "drill": trigger.drill,
        "occurred_at": _now(),
        "sent_at": _now(),
        "device": {"device_id": device_id, "app_version": trigger.app_version},
    }
    if case.citizen is not None:
        body["language"] = case.citizen.language
        body["device"]["platform"] = case.citizen.platform
    if trigger.presses is not None:
        body["presses"] = trigger.presses
    if trigger.place is not None:
        where = trigger.place.model_dump(mode="json", exclude={"district"})
        if trigger.place.district is not None:
            place = PLACES.get(trigger.place.district)
            if place is None:
                raise DemoFailed(f"no district of Seoul has the code {trigger.place.district}")
            where |= {"latitude_deg": place.latitude_deg, "longitude_deg": place.longitude_deg}
        body["position"] = where | {"fixed_at": _now()}
    return body | trigger.extra


def _now() -> str:
    """The phone's own clock, which is this machine's."""
    return datetime.fromtimestamp(time.time(), UTC).isoformat()
