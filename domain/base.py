"""The words that every aggregate is written in: values, facts, aggregates, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, Self, TypeVar
from uuid import UUID, uuid5

from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    OriginatorIDError,
    OriginatorVersionError,
)
from eventsourcing.utils import register_topic, resolve_topic
from pydantic import AwareDatetime, BaseModel, ConfigDict, PrivateAttr

from domain.applying import Appliers


class DomainError(Exception):
    """A refusal: the rules say no, and would say no again. ``code`` is stable for ever."""

    code: ClassVar[str]


class Value(BaseModel):
    """A frozen value that refuses what it does not know."""

    # What was refused is never quoted: an error's text ends in a log, and may be personal.
    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_timedelta="float", hide_input_in_errors=True
    )


class Erased(Value):
    """Stands where a personal value stood that cannot be read, or may not be read here."""

    erased: Literal[True] = True


ERASED: Final = Erased()


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a fact's field as personal: sealed under the key of the subject.

    ``subject`` names the field that holds the subject's id. Where that field is None, the
    aggregate's own id is the subject. ``purpose`` gives the field a key beside the subject's
    other one, which can be destroyed before it: a case's track has a shorter term than its notes.
    """

    subject: str
    purpose: str | None = None


def subject_of_purpose(subject: UUID, purpose: str) -> UUID:
    """Under whose name a subject's key for one purpose is kept."""
    return uuid5(subject, purpose)


class SealedPart(Value):
    """All personal fields of one fact that belong to one subject, as ciphertext.

    Carries everything that the associated data needs, so a row of a read model can be
    opened without going back to the log. ``ciphertext`` ends with the 16-byte GCM tag.
    """

    aggregate_id: UUID
    version: int
    topic: str
    schema_version: int
    subject: UUID
    key_id: UUID
    nonce: bytes
    ciphertext: bytes

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the log knows of a stored fact beside its content.

    ``recorded_at`` is the database's time under the log's lock and never runs backwards
    along ``position``.
    """

    position: int
    event_id: UUID
    correlation_id: UUID
    causation_id: UUID | None
    actor: str
    recorded_at: datetime
    sealed: tuple[SealedPart, ...]


class Fact(Value, CanMutateAggregate[UUID]):
    """A fact that has happened to one aggregate.

    ``TOPIC`` is the name under which the fact is stored for ever; it never changes,
    whatever happens to module paths and class names. ``SCHEMA`` grows with each reshaping; older
    shapes are read by a ``model_validator(mode="before")``, which leaves the newest one alone.

    ``timestamp`` is the moment of receipt by our clock; ``occurred_at`` what the device
    said, None where no device spoke.
    """

    TOPIC: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    PERSONAL: ClassVar[dict[str, str]] = {}
    PURPOSES: ClassVar[dict[str, str]] = {}

    originator_id: UUID
    originator_version: int
    timestamp: AwareDatetime
    occurred_at: AwareDatetime | None = None

    _envelope: Envelope | None = PrivateAttr(default=None)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.PERSONAL = {
            name: mark.subject
            for name, field in cls.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Personal)
        }
        cls.PURPOSES = {
            name: mark.purpose
            for name, field in cls.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Personal) and mark.purpose
        }
        if "TOPIC" in cls.__dict__:
            register_topic(cls.TOPIC, cls)
            FACTS[cls.TOPIC] = cls

    @property
    def received_at(self) -> datetime:
        return self.timestamp

    @property
    def envelope(self) -> Envelope:
        """The log's own data; only a fact that was read from the log has it."""
        envelope: Envelope | None = self.__pydantic_private__["_envelope"]  # type: ignore[index]
        if envelope is None:
            raise ValueError("This fact has not been read from the log.")
        return envelope

    @property
    def log_position(self) -> int | None:
        """Where the log holds this fact; None while it is only decided."""
        envelope = _private(self)["_envelope"]
        return None if envelope is None else envelope.position

    def subject_of(self, field: str) -> UUID:
        """Under whose key a personal field is sealed."""
        subject: UUID = getattr(self, self.PERSONAL[field]) or self.originator_id
        purpose = self.PURPOSES.get(field)
        return subject_of_purpose(subject, purpose) if purpose else subject

    def sealed(self, field: str) -> SealedPart | None:
        """The ciphertext that ``field`` lies in; None when the fact has none.

        A fact's only part holds all its personal fields, whoever the subject was when it was
        sealed.
        """
        sealed = self.envelope.sealed
        if len(sealed) == 1:
            return sealed[0]
        subject = self.subject_of(field)
        return next((part for part in sealed if part.subject == subject), None)

    def enveloped(self, envelope: Envelope) -> Self:
        """The same fact, with the log's data beside it (set once, by the mapper)."""
        _private(self)["_envelope"] = envelope
        return self

    @staticmethod
    def create_timestamp() -> datetime:
        """Refuse the library's own clock: a moment is always handed in."""
        raise TypeError("A fact is given its moment; the domain reads no clock.")

    def apply(self, aggregate: Any) -> None:
        aggregate.evolve(self)


def _private(fact: Fact) -> dict[str, Any]:
    """Where pydantic keeps private attributes; its own way there costs 1.4 µs at each step."""
    return fact.__pydantic_private__  # type: ignore[return-value]


FACTS: dict[str, type[Fact]] = {}
"""Every fact class by topic; complete once ``domain.catalogue`` is imported."""


class FirstFact(Fact, CanInitAggregate[UUID]):
    """The first fact of an aggregate."""

    originator_topic: str

    def mutate(self, aggregate: Any) -> Any:
        """The aggregate as it begins.

        Not the library's way: that one hands the fact's fields to ``__init__``, which the
        library itself makes out of the aggregate's annotations.
        """
        if aggregate is not None:
            raise OriginatorVersionError(self.originator_version, aggregate.version + 1)
        kind = resolve_topic(self.originator_topic)
        begun = kind.__new__(kind)
        begun.__base_init__(self.originator_id, self.originator_version, self.timestamp)
        begun.evolve(self)
        return begun


FactT = TypeVar("FactT", bound=Fact)
AggregateT = TypeVar("AggregateT", bound="Aggregate")


def applies(
    *fact_classes: type[FactT],
) -> Callable[[Callable[[AggregateT, FactT], None]], Callable[[AggregateT, FactT], None]]:
    """Declare the method that applies some classes of fact.

    Its body runs again at every replay, so it only assigns: an architecture test refuses
    ``raise``, ``assert`` and clocks in it. Several methods may apply one class: those of a base
    come first, then in the order in which they stand.
    """

    def mark(method: Callable[[AggregateT, FactT], None]) -> Callable[[AggregateT, FactT], None]:
        method.applies = fact_classes  # type: ignore[attr-defined]
        return method

    return mark


class Aggregate(BaseAggregate[UUID]):
    """Base of every aggregate: decides in public, applies in private.

    Reads no clock, draws no random numbers, does no input or output.
    """

    Event = Fact
    LEFT_SEALED: ClassVar[frozenset[type[Fact]]] = frozenset()
    """Facts whose personal fields nothing here reads: replayed, they stay sealed and are ERASED."""
    _appliers: ClassVar[Appliers] = Appliers()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._appliers = Appliers.of(cls)

    def follow(self, facts: Iterable[Fact]) -> None:
        """What the library's ``mutate`` does, in one loop: calls would be a third of the time."""
        appliers, own_id, version = self._appliers, self._id, self._version
        fact = None
        for fact in facts:
            about = fact.originator_id
            if about is not own_id and about != own_id:
                raise OriginatorIDError(about, own_id)
            version += 1
            if fact.originator_version != version:
                raise OriginatorVersionError(fact.originator_version, version)
            for applier in appliers[type(fact)]:
                applier(self, fact)
        if fact is not None:
            self._version = version
            self._modified_on = fact.timestamp

    def evolve(self, fact: Fact) -> None:
        """Apply one fact; a fact without an applier changes nothing but the version."""
        for applier in self._appliers[type(fact)]:
            applier(self, fact)

    @classmethod
    def begin(cls, first: type[FirstFact], *, id: UUID, at: datetime, **fields: Any) -> Self:  # noqa: A002
        """Start an aggregate with its first fact, received at ``at``."""
        return cls._create(first, id=id, timestamp=at, **fields)

    def record(self, fact: type[Fact], *, at: datetime, **fields: Any) -> None:
        """Let a fact happen, received at ``at``: it is applied and waits to be saved."""
        self.trigger_event(fact, timestamp=at, **fields)


def project(aggregate: Aggregate | None, facts: Iterable[Fact]) -> Aggregate | None:
    """Fold ``facts`` (one stream, in order of version) onto ``aggregate``."""
    remaining = iter(facts)
    if aggregate is None and (first := next(remaining, None)) is not None:
        aggregate = first.mutate(None)
    if aggregate is not None:
        aggregate.follow(remaining)
    return aggregate
