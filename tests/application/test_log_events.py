"""What the standard asks of single types, and what is refused, without a server."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from application.access_desk import AccessDesk
from application.errors import Forbidden, Unknown
from application.log_event_desk import LogEventDesk
from application.log_events import HistoryLine, Names, log_event
from tests.application.delivery_twins import AccessList
from tests.application.house import AUDITOR, DeskHouse
from tests.scenario import T0

NAMES = Names("ansim.example")
REPORT = uuid4()


def line(topic: str, **content: Any) -> HistoryLine:
    return HistoryLine(
        position=7,
        report_id=REPORT,
        version=1,
        topic=f"emergency.{topic}",
        event_id=uuid4(),
        correlation_id=uuid4(),
        causation_id=None,
        actor="partner:call",
        occurred_at=T0,
        received_at=T0,
        recorded_at=T0,
        open=content,
        hash=bytes(32),
        district="11000",
    )


class NoHistory:
    def districts(self, _report_id: UUID) -> list[str]:
        return []


@pytest.mark.parametrize(
    ("topic", "needed"),
    [
        ("call_placed", {"direction": "outgoing"}),
        ("call_ended", {"direction": "outgoing"}),
        (
            "call_connected",
            {
                "direction": "outgoing",
                "state": "callAnswered",
                "legCallId": "urn:emergency:uid:callid:c-1:ansim.example",
            },
        ),
    ],
)
def test_a_call_has_what_its_type_needs(topic: str, needed: dict[str, str]) -> None:
    event = log_event(line(topic, call_id="c-1"), NAMES)
    assert needed.items() <= event.items()
    assert event["callId"] == "urn:emergency:uid:callid:c-1:ansim.example"
    assert "agencyAgentId" not in event
    assert event["agencyId"] == "city.ansim.example"


def test_a_drill_is_no_emergency_call() -> None:
    event = log_event(line("triggered", how="button", drill=True), NAMES)
    assert event["localCallType"] == "drill"
    assert "standardPrimaryCallType" not in event


def test_an_incident_of_nobody_has_no_agencies() -> None:
    desk = LogEventDesk(NoHistory(), NAMES)  # type: ignore[arg-type]
    with pytest.raises(Unknown):
        desk.agency_ids(AUDITOR, str(uuid4()))


def test_a_receipt_is_a_citizens() -> None:
    desk = AccessDesk(DeskHouse().app, NoHistory(), AccessList())  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        desk.receipt(AUDITOR)
