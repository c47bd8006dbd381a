"""The phone of a case: all that the citizens' app sends, and what it is told."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from interfaces.demo import filming
from interfaces.demo.case import Case
from interfaces.demo.filming import Filmed
from interfaces.demo.people import Person, must
from interfaces.demo.places import PLACES
from interfaces.demo.stage import DemoFailed
from interfaces.demo.steps import Cancel, Film, Trigger, Walk
from interfaces.demo.where import Where


class Phone:
    """Whoever holds it: the citizen, or somebody who took it from her."""

    def __init__(self, citizen: Person, case: Case) -> None:
        self._citizen = citizen
        self._case = case
        self.device_id = str(uuid4())
        self._at: Where | None = None

    def set_pins(self) -> None:
        who = self._case.citizen
        if who is not None and who.pin is not None:
            body = {"pin": who.pin, "duress_pin": who.duress_pin}
            must(self._citizen.ask("PUT", "/v1/me/pin", json=body))

    def raise_alarm(self, trigger: Trigger) -> UUID:
        """The report that the trigger raised, or joined."""
        if trigger.drill and self._case.citizen is not None:
            must(self._citizen.ask("PUT", "/v1/me/drill-mode"))
        self._at = trigger.place or self._at
        body = sent_by_phone(self._case, trigger, device_id=self.device_id)
        return UUID(self._citizen.post("/v1/emergencies", body)["aggregate_id"])

    def cancel(self, report_id: UUID, step: Cancel) -> str:
        """What the screen says: ``cancelled``, or why not.

        Raises:
            DemoFailed: it says something else than the case expects.
        """
        body: dict[str, Any] = {"device": {"device_id": self.device_id}, "occurred_at": _now()}
        if step.pin is not None:
            body["pin"] = step.pin
        answer = self._citizen.post(f"/v1/emergencies/{report_id}/cancel", body)
        said = "cancelled" if answer["cancelled"] else str(answer["reason"])
        if step.answer not in (None, said):
            raise DemoFailed(f"a cancel was to be answered {step.answer}, and was answered {said}")
        return said

    def film(self, report_id: UUID, step: Film) -> Filmed:
        return filming.send(self._citizen, report_id, self.device_id, step)

    def walk(self, report_id: UUID, step: Walk) -> None:
        """Positions one after the other, in a straight line and real time."""
        goal = step.to or self._at
        if goal is None:
            raise DemoFailed("a walk needs a place: the trigger named none, nor does the step")
        begin, end = coordinates(self._at or goal), coordinates(goal)
        count = max(1, round(step.seconds / step.every_s))
        for number in range(1, count + 1):
            time.sleep(step.seconds / count)
            part = number / count
            here = [a + (b - a) * part for a, b in zip(begin, end, strict=True)]
            self._say_where(report_id, goal, here, step)
        self._at = goal

    def _say_where(self, report_id: UUID, goal: Where, here: list[float], step: Walk) -> None:
        now = _now()
        fix = {
            "latitude_deg": round(here[0], 6),
            "longitude_deg": round(here[1], 6),
            "accuracy_m": goal.accuracy_m,
            "source": goal.source,
            "fixed_at": now,
        }
        if step.battery_pct is not None:
            fix["battery_pct"] = step.battery_pct
        device = {"device_id": self.device_id}
        told = self._citizen.post(
            f"/v1/emergencies/{report_id}/positions",
            {"fixes": [fix], "sent_at": now, "device": device},
        )
        if told["refused"]:
            raise DemoFailed(f"a position was refused: {told['refused'][0]['why']}")

    def write(self, report_id: UUID, text: str) -> None:
        self._citizen.post(
            f"/v1/emergencies/{report_id}/messages",
            {"message_id": str(uuid4()), "body": text, "occurred_at": _now()},
        )

    def read(self, report_id: UUID) -> list[str]:
        """All that was written to her; the phone says that it has come, and was seen."""
        path = f"/v1/emergencies/{report_id}/messages"
        ours = [one for one in self._citizen.get(path)["messages"] if not one["mine"]]
        ids = [one["message_id"] for one in ours]
        seen = {"delivered": ids, "read": ids, "occurred_at": _now()}
        self._citizen.post(f"{path}/reached", seen)
        return [one["body"] for one in ours]

    def say_fine(self, report_id: UUID) -> None:
        self._citizen.post(f"/v1/emergencies/{report_id}/fine", {"occurred_at": _now()})


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
        latitude_deg, longitude_deg = coordinates(trigger.place)
        body["position"] = {
            "latitude_deg": latitude_deg,
            "longitude_deg": longitude_deg,
            "accuracy_m": trigger.place.accuracy_m,
            "source": trigger.place.source,
            "fixed_at": _now(),
        }
    return body | trigger.extra


def coordinates(where: Where) -> tuple[float, float]:
    """Latitude and longitude, of the district's own point when it names one."""
    if where.latitude_deg is not None and where.longitude_deg is not None:
        return where.latitude_deg, where.longitude_deg
    place = PLACES.get(where.district or "")
    if place is None:
        raise DemoFailed(f"no district of Seoul has the code {where.district}")
    return place.latitude_deg, place.longitude_deg


def _now() -> str:
    """The phone's own clock, which is this machine's."""
    return datetime.fromtimestamp(time.time(), UTC).isoformat()
