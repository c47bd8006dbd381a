"""The history of reports as NENA i3 LogEvents (NENA-STA-010, Logging Service 1.2).

A view for auditors' tools, made while they read: nothing of it is stored. It names what happened,
when, where and by which agent, and never holds what is sealed, nor a citizen's id.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from application.context import Principal
from domain.base import Value
from domain.catalogue import FACTS
from domain.emergency import facts
from domain.geography import CITY, DistrictCode
from domain.roles import Role
from domain.staff import STAFF_ROLES

VERSION: Final = (1, 2)
"""Of the Logging Service's interface."""
EXTENSION: Final = "ansim"
"""Stands before the types that the standard has none for, and names our extension object."""

TYPES: Final[Mapping[str, str]] = {
    facts.Triggered.TOPIC: "CallStartLogEvent",
    facts.Joined.TOPIC: "CallStartLogEvent",
    facts.CallPlaced.TOPIC: "CallStartLogEvent",
    facts.CallConnected.TOPIC: "CallStateChangeLogEvent",
    facts.CallEnded.TOPIC: "CallEndLogEvent",
    facts.PoliceRequested.TOPIC: "AdditionalAgencyLogEvent",
    facts.AmbulanceRequested.TOPIC: "AdditionalAgencyLogEvent",
    facts.Cancelled.TOPIC: "IncidentClearLogEvent",
    facts.Resolved.TOPIC: "IncidentClearLogEvent",
    facts.Reopened.TOPIC: "IncidentReopenLogEvent",
}
"""A trigger is a data-only emergency call; all other topics get a type of our own."""

HELPERS: Final[Mapping[str, str]] = {
    facts.PoliceRequested.TOPIC: "112",
    facts.AmbulanceRequested.TOPIC: "119",
}


class HistoryLine(Value):
    """One fact of a report as the log has it, without what is sealed."""

    position: int
    report_id: UUID
    version: int
    topic: str
    event_id: UUID
    correlation_id: UUID
    causation_id: UUID | None
    actor: str
    occurred_at: AwareDatetime | None
    received_at: AwareDatetime
    recorded_at: AwareDatetime
    open: Mapping[str, Any]
    hash: bytes
    district: DistrictCode
    """Whose centre the report belonged to at that moment."""


class Jws(BaseModel):
    """Flattened JSON serialisation; not signed, since the chain and its checkpoints prove it."""

    payload: str
    protected: str
    signature: str = ""


class LogEventContainer(BaseModel):
    logEventId: str  # noqa: N815 - the standard's own spelling, as below
    logEvent: Jws  # noqa: N815


def log_event_type(topic: str) -> str:
    """The standard's type where one fits, else ours, made from the topic."""
    name = "".join(word.capitalize() for word in topic.partition(".")[2].split("_"))
    return TYPES.get(topic) or f"{EXTENSION}.{name}LogEvent"


def topics_of(event_type: str) -> tuple[str, ...]:
    """The topics that are shown as this type; none for a type that is never shown."""
    return tuple(topic for topic in report_topics() if log_event_type(topic) == event_type)


def report_topics() -> tuple[str, ...]:
    return tuple(sorted(topic for topic in FACTS if topic.startswith("emergency.")))


class Names:
    """How things of this house are called in the standard: by URNs and names under a domain."""

    def __init__(self, domain: str) -> None:
        self._domain = domain

    def agency(self, code: str) -> str:
        """Of a district's centre, of the city's own, or of the police and the ambulance."""
        return f"{'city' if code == CITY else code}.{self._domain}"

    @property
    def element(self) -> str:
        return f"log.{self._domain}"

    def log_event(self, position: int) -> str:
        return self._urn("logid", str(position))

    def incident(self, report_id: UUID) -> str:
        return self._urn("incidentid", report_id.hex)

    def call(self, name: str) -> str:
        return self._urn("callid", name)

    def incident_of(self, text: str) -> UUID | None:
        """The report that an incident id names, as a URN of ours or bare; None for no such id."""
        try:
            return UUID(self._bare("incidentid", text))
        except ValueError:
            return None

    def position_of(self, text: str) -> int | None:
        """The position that a log event id names; None for no such id."""
        bare = self._bare("logid", text)
        return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 19 else None  # noqa: PLR2004

    def _urn(self, kind: str, name: str) -> str:
        return f"urn:emergency:uid:{kind}:{name}:{self._domain}"

    def _bare(self, kind: str, text: str) -> str:
        return text.removeprefix(f"urn:emergency:uid:{kind}:").removesuffix(f":{self._domain}")


def container(line: HistoryLine, names: Names) -> LogEventContainer:
    event = log_event(line, names)
    return LogEventContainer(
        logEventId=names.log_event(line.position),
        logEvent=Jws(payload=_base64url(event), protected=_base64url({"alg": "none"})),
    )


def log_event(line: HistoryLine, names: Names) -> dict[str, Any]:
    """The fact in the standard's fields; optional ones are left out where nothing is known."""
    told = {
        "clientAssignedIdentifier": str(line.event_id),
        "logEventType": log_event_type(line.topic),
        "timestamp": line.recorded_at.isoformat(),
        "agencyId": names.agency(HELPERS.get(line.topic, line.district)),
        "elementId": names.element,
        "agencyAgentId": _agent(line.actor),
        "callId": names.call(_call_name(line)),
        "incidentId": names.incident(line.report_id),
        **_of_type(line, names),
        "extension": {EXTENSION: _proof(line)},
    }
    return {name: value for name, value in told.items() if value is not None}


def _agent(actor: str) -> str | None:
    """Staff by their random id; partners, machines and citizens are no agents."""
    role, _, name = actor.partition(":")
    known = role in set(Role) and Role(role) in STAFF_ROLES
    return Principal(id=name, role=Role(role)).id if known else None


def _call_name(line: HistoryLine) -> str:
    """The provider's call where the fact is about one, else the report's own trigger."""
    return str(line.open.get("call_id") or line.report_id.hex)


def _of_type(line: HistoryLine, names: Names) -> dict[str, Any]:
    """What the type asks for beside the common fields."""
    match line.topic:
        case facts.Triggered.TOPIC | facts.Joined.TOPIC:
            drill = line.open.get("drill") is True
            return {
                "direction": "incoming",
                "standardPrimaryCallType": None if drill else "emergency",
                "localCallType": "drill" if drill else str(line.open["how"]),
            }
        case facts.CallPlaced.TOPIC | facts.CallEnded.TOPIC:
            return {"direction": "outgoing"}
        case facts.CallConnected.TOPIC:
            return {
                "direction": "outgoing",
                "state": "callAnswered",
                "legCallId": names.call(_call_name(line)),
            }
        case _:
            return {}


def _proof(line: HistoryLine) -> dict[str, Any]:
    """Where the fact stands in the log, so that it can be proved (docs/proof.md)."""
    return {
        "topic": line.topic,
        "position": line.position,
        "version": line.version,
        "correlationId": str(line.correlation_id),
        "causationId": str(line.causation_id) if line.causation_id else None,
        "occurredAt": line.occurred_at.isoformat() if line.occurred_at else None,
        "receivedAt": line.received_at.isoformat(),
        "hash": line.hash.hex(),
    }


def _base64url(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
