"""A log written by hand: facts told one after the other, as a fold reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain import ledger
from domain.base import Envelope, Fact, SealedPart
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.taking_back import DuressSuspected, RaisedAfterCancel
from domain.emergency.vocabulary import (
    Alert,
    Amendable,
    CallEnd,
    CancelRefusal,
    Device,
    How,
    Outcome,
    PartnerChannel,
    VerifiedBy,
)
from domain.geography import FixQuality, FixSource
from domain.language import Language
from domain.platform import Platform
from domain.policy import EscalationLevel
from infrastructure.log.decoding import PartialEnvelope
from infrastructure.log.mapper import IN_COLUMNS
from infrastructure.log.scope import Scope
from infrastructure.log.unreadable import Unreadable

TRACED = ("event_id", "correlation_id", "causation_id", "actor", "recorded_at")
T0 = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
GANGDONG = "11740"
GURO = "11530"
SONGPA = "11710"
KIM = uuid5(NAMESPACE_URL, "/staff/kim")
LEE = uuid5(NAMESPACE_URL, "/staff/lee")
CITIZEN = uuid5(NAMESPACE_URL, "/citizens/1")
REQUEST = uuid5(NAMESPACE_URL, "/requests/1")
FIX = FixQuality(source=FixSource.GNSS, accuracy_m=12.0, fixed_at=T0, age_s=1.5)


def report(number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"/reports/{number}")


def moment(position: int) -> datetime:
    return T0 + timedelta(seconds=position)


def _fields(kind: type[Fact], position: int) -> dict[str, Any]:
    """What a fact of this kind says where a test does not care."""
    if kind in {facts.Triggered, facts.Joined, Amended}:
        return _heard(kind, position)
    later = moment(position + 15)
    opened = {"citizen_id": CITIZEN, "answer_by": later, "escalations": ()}
    by_time: dict[type[Fact], dict[str, Any]] = {
        facts.Accepted: {**opened, "district": GANGDONG, "drill": False, "call": True},
        facts.Cancelled: {"reopen_until": moment(position + 600)},
        facts.Claimed: {"operator_id": KIM, "act_by": later},
        facts.TakenOver: {
            "operator_id": LEE,
            "from_operator_id": KIM,
            "citizen_id": CITIZEN,
            "act_by": later,
        },
        facts.Released: {"operator_id": KIM, **opened},
        facts.Reopened: {"operator_id": KIM, **opened},
    }
    return by_time.get(kind) or PLAIN.get(kind, {})


def _heard(kind: type[Fact], position: int) -> dict[str, Any]:
    heard = {
        "citizen_id": CITIZEN,
        "trigger_id": "t-1",
        "how": How.BUTTON,
        "presses": None,
        "device": Device(platform=Platform.ANDROID, app_version="3.1"),
        "alert": Alert.SIREN,
        "flags": (),
        "district": GANGDONG,
        "cell": "2070_5500",
        "fix": FIX,
        "skew_s": 0.2,
    }
    if kind is facts.Joined:
        return heard
    if kind is Amended:
        return {**heard, "language": Language.KO, "fields": (Amendable.POSITION,)}
    return {
        **heard,
        "originator_topic": "emergency",
        "language": Language.KO,
        "drill": False,
        "cancel_until": moment(position + 5),
    }


PLAIN: dict[type[Fact], dict[str, Any]] = {
    facts.CancelRefused: {"refusal": CancelRefusal.LATE, "late_by_s": 1.5, "tries_left": None},
    DuressSuspected: {"citizen_id": CITIZEN, "told": None, "accept_by": moment(6)},
    RaisedAfterCancel: {"cancelled_report_id": report(9), "taken_back_at": T0},
    facts.Escalated: {"level": EscalationLevel.NEIGHBOUR, "districts": (GANGDONG, SONGPA)},
    facts.CallPlaced: {"call_id": "c-1"},
    facts.CallConnected: {"call_id": "c-1"},
    facts.CallEnded: {"call_id": "c-1", "end": CallEnd.HUNG_UP, "talked_s": 30.0},
    facts.CameraViewed: {"operator_id": KIM, "camera_id": "cam-7"},
    facts.PoliceRequested: {"request_id": REQUEST, "operator_id": KIM, "unassessed": False},
    facts.PoliceAcknowledged: {"request_id": REQUEST, "reference": "112-1"},
    facts.PatrolArrived: {"reference": "112-1"},
    facts.AmbulanceRequested: {"request_id": REQUEST, "operator_id": KIM},
    facts.AmbulanceAcknowledged: {"request_id": REQUEST, "reference": "119-1"},
    facts.AmbulanceArrived: {"reference": "119-1"},
    facts.PartnerUnreachable: {
        "channel": PartnerChannel.POLICE,
        "delivery_id": REQUEST,
        "code": "partner_unavailable",
    },
    facts.NoteAdded: {"operator_id": KIM, "citizen_id": CITIZEN},
    facts.Resolved: {
        "operator_id": KIM,
        "citizen_id": CITIZEN,
        "outcome": Outcome.SAFE,
        "verified_by": VerifiedBy.CAMERA,
    },
    ledger.Reported: {
        "originator_topic": "daily_downloads",
        "store": "google",
        "day": date(2026, 1, 1),
        "count": 5,
    },
    ledger.Corrected: {
        "store": "google",
        "day": date(2026, 1, 1),
        "count": 7,
        "reason": "store restated",
    },
}


class Story:
    """Facts in the order told, one second apart; reads like the log."""

    def __init__(self) -> None:
        self.facts: list[Fact | Unreadable] = []
        self._versions: dict[UUID, int] = {}

    def tell(self, kind: type[Fact], about: UUID, /, **fields: Any) -> Fact:
        position = len(self.facts) + 1
        fact = kind(
            originator_id=about,
            originator_version=self._next(about),
            timestamp=moment(position),
            **{**_fields(kind, position), **fields},
        )
        self.facts.append(fact.enveloped(_envelope(fact, position)))
        return fact

    def garble(self, about: UUID, topic: str = "emergency.garbled") -> None:
        """A stored fact that nobody can read."""
        position = len(self.facts) + 1
        self.facts.append(
            Unreadable(position, about, self._next(about), topic, reason="topic_unknown")
        )

    def heal(self, position: int, kind: type[Fact], **fields: Any) -> None:
        """The unreadable fact at ``position`` can be read by newer code."""
        garbled = self.facts[position - 1]
        assert isinstance(garbled, Unreadable)
        fact = kind(
            originator_id=garbled.aggregate_id,
            originator_version=garbled.version,
            timestamp=moment(position),
            **{**_fields(kind, position), **fields},
        )
        self.facts[position - 1] = fact.enveloped(_envelope(fact, position))

    def page(
        self, after: int, upto: int, scope: Scope, **_connection: object
    ) -> list[Fact | Unreadable]:
        return [
            fact if isinstance(fact, Unreadable) else _as_read(fact, scope)
            for fact in self.facts[after:upto]
            if scope.concerns(fact.topic if isinstance(fact, Unreadable) else fact.TOPIC)
        ]

    def head(self, **_connection: object) -> int:
        return len(self.facts)

    def topics(self, after: int) -> list[tuple[int, str]]:
        return [(number, fact.TOPIC) for number, fact in enumerate(self.facts, 1) if number > after]

    def _next(self, about: UUID) -> int:
        self._versions[about] = self._versions.get(about, 0) + 1
        return self._versions[about]


def _envelope(fact: Fact, position: int) -> Envelope:
    subjects = {fact.subject_of(name) for name in fact.PERSONAL}
    return Envelope(
        position=position,
        event_id=uuid5(NAMESPACE_URL, f"/events/{position}"),
        correlation_id=uuid5(NAMESPACE_URL, "/correlations/1"),
        causation_id=None,
        actor="operator:kim",
        recorded_at=moment(position),
        sealed=tuple(_sealed(fact, subject, position) for subject in subjects),
    )


def _as_read(fact: Fact, scope: Scope) -> Fact:
    """The fact with no more of it than the scope asks for."""
    known = PartialEnvelope.__new__(PartialEnvelope)
    names = ["position"]
    names += ["sealed"] if scope.sealed else []
    names += [*TRACED] if scope.traced else []
    for name in names:
        object.__setattr__(known, name, getattr(fact.envelope, name))
    read = fact.model_copy().enveloped(known)
    names_read = dict(scope.reads).get(fact.TOPIC)
    for name in (
        set(read.__dict__) - IN_COLUMNS - set(read.__dict__ if names_read is None else names_read)
    ):
        del read.__dict__[name]
    return read


def _sealed(fact: Fact, subject: UUID, position: int) -> SealedPart:
    return SealedPart(
        aggregate_id=fact.originator_id,
        version=fact.originator_version,
        topic=fact.TOPIC,
        schema_version=fact.SCHEMA,
        subject=subject,
        key_id=uuid5(NAMESPACE_URL, f"/keys/{subject}"),
        nonce=position.to_bytes(12, "big"),
        ciphertext=b"\x00\xff sealed",
    )
