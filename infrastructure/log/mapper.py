"""Facts to rows and back: the open part as exact JSON, personal fields sealed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from eventsourcing.persistence import Mapper
from pydantic import ValidationError

from domain.base import ERASED, FACTS, Aggregate, Envelope, Erased, Fact, SealedPart
from infrastructure.log.errors import ErasedValue, Misshapen, NewerSchema, UnknownTopic
from infrastructure.log.sealing import KeyRing, Place, Sealer, pack, unpack
from infrastructure.log.stored import IN_COLUMNS, StoredFact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eventsourcing.domain import DomainEventProtocol
    from eventsourcing.persistence import StoredEvent

    from infrastructure.log.stored import NewKey

EMPTY = b"{}"
BEGUN_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How one class of fact is split."""

    not_open: set[str]
    personal: tuple[str, ...]

    @classmethod
    def of(cls, fact_class: type[Fact]) -> Shape:
        """Split the class.

        Raises:
            TypeError: it is no class of facts, a personal field could not read as ERASED, or its
                subject is no open field.
        """
        if not issubclass(fact_class, Fact):
            raise TypeError(f"{fact_class} is no fact")
        for name, subject in fact_class.PERSONAL.items():
            if fact_class.model_fields[name].default is not ERASED:
                raise TypeError(f"{fact_class.TOPIC}: {name} is personal, its default is ERASED")
            if subject not in fact_class.model_fields or subject in fact_class.PERSONAL:
                raise TypeError(f"{fact_class.TOPIC}: {subject} is no open field")
        return cls(
            not_open={*IN_COLUMNS, *fact_class.PERSONAL},
            personal=tuple(fact_class.PERSONAL),
        )


shape_of = cache(Shape.of)


class FactMapper(Mapper[UUID]):
    """Seals on the way in; opens on the way out, unless asked not to."""

    def __init__(self, key_ring: KeyRing) -> None:
        self._key_ring = key_ring
        self._begun: dict[UUID, bool] = {}
        self._sealer = Sealer(key_ring)

    @property
    def sealer(self) -> Sealer:
        return self._sealer

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredFact:
        """Map a new fact, under a new event id.

        Raises:
            ErasedValue: a personal field is ERASED; what it stood for would be lost.
            KeyRingUnavailable: it cannot be sealed; nothing is ever stored in clear.
        """
        fact = cast("Fact", domain_event)
        shape = shape_of(type(fact))
        to_json = type(fact).__pydantic_serializer__.to_json
        new_keys: list[NewKey] = []
        return StoredFact.new(
            originator_id=fact.originator_id,
            originator_version=fact.originator_version,
            topic=fact.TOPIC,
            state=to_json(fact, exclude=shape.not_open),
            schema_version=fact.SCHEMA,
            occurred_at=fact.occurred_at,
            received_at=fact.timestamp,
            sealed=pack(self._sealed(fact, shape, new_keys)) if shape.personal else None,
            new_keys=tuple(new_keys),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Fact:
        """Read a stored fact with its personal fields; ERASED where the key is destroyed."""
        if not isinstance(stored_event, StoredFact):
            raise TypeError(f"{type(stored_event)} does not come from our recorder")
        return self.to_fact(stored_event, unseal=True)

    def to_fact(self, stored: StoredFact, *, unseal: bool) -> Fact:
        """Read a stored fact; without ``unseal`` every personal field is ERASED.

        Raises:
            UnknownTopic, NewerSchema, Misshapen, SealBroken: this code cannot read it.
            KeyRingUnavailable: the key ring cannot be read (only with ``unseal``).
        """
        fact_class = FACTS.get(stored.topic)
        if fact_class is None:
            raise UnknownTopic(stored.topic)
        if stored.schema_version > fact_class.SCHEMA:
            raise NewerSchema(
                f"{stored.topic} has schema {stored.schema_version}, "
                f"this code reads up to {fact_class.SCHEMA}"
            )
        parts = _parts(stored)
        objects = [_columns(stored), stored.state]
        if unseal:
            objects += [self._sealer.open(part) or EMPTY for part in parts]
        older = stored.schema_version < fact_class.SCHEMA
        try:
            fact = fact_class.model_validate_json(
                _joined(objects),
                context={"schema_version": stored.schema_version} if older else None,
            )
        except ValidationError as error:
            wrong = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
            raise Misshapen(f"{stored.topic}: {wrong}") from None  # values may be personal
        return _enveloped(fact, stored, parts)

    def unseal(self, part: SealedPart) -> Mapping[str, Any] | None:
        """See ``application.ports.Unsealer``."""
        return self._sealer.unseal(part)

    def _sealed(self, fact: Fact, shape: Shape, new_keys: list[NewKey]) -> list[bytes]:
        """A part for each subject; keys that have to be stored with them go to ``new_keys``."""
        fields: dict[UUID, set[str]] = {}
        for name in shape.personal:
            fields.setdefault(fact.subject_of(name), set()).add(name)
            if type(getattr(fact, name)) is Erased:
                raise ErasedValue(f"{fact.TOPIC}: {name} is erased and cannot be stored")
        to_json = type(fact).__pydantic_serializer__.to_json
        place = Place(fact.originator_id, fact.originator_version, fact.TOPIC, fact.SCHEMA)
        parts = []
        for subject, names in fields.items():
            is_new = self._takes_for_new(subject, fact)
            key = self._key_ring.key_to_seal_with(subject, is_new=is_new)
            if key.unstored is not None:
                new_keys.append(key.unstored)
            parts.append(self._sealer.seal(to_json(fact, include=names), key, place))
        return parts

    def _takes_for_new(self, subject: UUID, fact: Fact) -> bool:
        """Whether a subject is taken to have no key: a guess, which the append would correct.

        So is who is met with the first fact of an aggregate; and, once, the aggregate itself when
        it began here under other names: nobody else is likely to have sealed in it meanwhile.
        """
        begun = self._begun
        if fact.originator_version == Aggregate.INITIAL_VERSION:
            if subject != fact.originator_id:
                if len(begun) >= BEGUN_MAX:
                    begun.clear()
                begun[fact.originator_id] = True
            return True
        return subject == fact.originator_id and begun.pop(subject, False)


def _parts(stored: StoredFact) -> tuple[SealedPart, ...]:
    if stored.sealed is None:
        return ()
    return unpack(
        stored.sealed,
        aggregate_id=cast("UUID", stored.originator_id),
        version=stored.originator_version,
        topic=stored.topic,
        schema_version=stored.schema_version,
    )


def _columns(stored: StoredFact) -> bytes:
    """The fields that have columns, as the JSON object they would have been."""
    occurred = f',"occurred_at":"{stored.occurred_at.isoformat()}"' if stored.occurred_at else ""
    received = stored.received_at.isoformat() if stored.received_at else ""
    return (
        f'{{"originator_id":"{stored.originator_id}",'
        f'"originator_version":{stored.originator_version},'
        f'"timestamp":"{received}"{occurred}}}'
    ).encode()


def _joined(objects: list[bytes]) -> bytes:
    """One JSON object of several, none of which shares a name with another."""
    return b"{" + b",".join(one[1:-1] for one in objects if one != EMPTY) + b"}"


def _enveloped(fact: Fact, stored: StoredFact, parts: tuple[SealedPart, ...]) -> Fact:
    recorded = stored.recorded
    if recorded is None:
        return fact
    return fact.enveloped(
        Envelope(
            position=recorded.position,
            event_id=stored.event_id,
            correlation_id=recorded.correlation_id,
            causation_id=recorded.causation_id,
            actor=recorded.actor,
            recorded_at=recorded.recorded_at,
            sealed=parts,
        )
    )
