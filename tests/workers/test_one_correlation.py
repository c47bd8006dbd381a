"""One id is followed from the request of a phone to the partner, and back into the log."""

from __future__ import annotations

from uuid import UUID, uuid4

import httpx
import structlog
from structlog.contextvars import merge_contextvars

from application.context import CORRELATION_HEADER, system
from application.member_desk import RegisterMember
from infrastructure.bootstrap import House
from interfaces.http.app import create_app
from tests.plant import GURO, Plant
from tests.serving import Serving
from tests.waiting import until


def presses_the_button(house: House, url: str, mine: str) -> UUID:
    """A registered citizen, under that correlation id; returns the report."""
    member = house.member_desk.register(
        RegisterMember(name="김안심", phone="+821000000000"),
        system("test", correlation_id=uuid4()),
    )
    answer = httpx.post(
        f"{url}/v1/emergencies",
        json={"trigger_id": str(uuid4()), "how": "button", "position": GURO},
        headers={"Authorization": f"Bearer {member.device_token}", CORRELATION_HEADER: mine},
    )
    assert answer.headers[CORRELATION_HEADER] == mine
    return UUID(answer.json()["aggregate_id"])


def test_one_id_runs_through_everything_that_a_trigger_causes(plant: Plant, house: House) -> None:
    mine = str(uuid4())
    with (
        structlog.testing.capture_logs(processors=[merge_contextvars]) as lines,
        Serving(create_app(house)) as url,
        plant.running("schedule", "relay", "work"),
    ):
        report = presses_the_button(house, url, mine)
        until(lambda: "call_placed" in plant.facts(report))
        until(lambda: plant.count("deliveries WHERE state = 'done'"))
        until(lambda: any(line["event"] == "delivery.attempted" for line in lines))

    facts = plant.ask(
        "SELECT topic, event_id, causation_id FROM events"
        " WHERE correlation_id = %s ORDER BY position",
        mine,
    )
    topics = [topic for topic, *_ in facts if topic.startswith("emergency.")]
    assert topics == ["emergency.triggered", "emergency.accepted", "emergency.call_placed"]
    assert len(plant.facts(report)) == len(topics)
    causes = {topic: cause for topic, _, cause in facts}
    named = {event_id: topic for topic, event_id, _ in facts}
    assert causes["emergency.triggered"] is None
    assert causes["emergency.accepted"] in named
    assert named[causes["emergency.call_placed"]] == "emergency.accepted"

    of_the_report = f"correlation_id = '{mine}'"
    assert plant.count(f"timers WHERE {of_the_report}") == plant.count("timers") > 0
    assert plant.count(f"deliveries WHERE {of_the_report}") == plant.count("deliveries") == 3
    assert plant.count(f"access_records WHERE what = 'phone' AND {of_the_report}") == 1

    [asked] = plant.journal()
    assert asked["correlation_id"] == mine
    assert "correlation_id" not in asked["body"]
    told = {line["event"] for line in lines if line.get("correlation_id") == mine}
    assert told >= {"request.answered", "delivery.attempted"}
