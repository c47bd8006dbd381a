from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

import orjson
import pytest
from pydantic import model_validator

from domain.base import ERASED, FACTS, Erased, Fact, FirstFact, Personal
from domain.language import Language
from domain.member import Member, Registered
from infrastructure.key_ring import MemoryKeyRing
from infrastructure.log.errors import (
    ErasedValue,
    Misshapen,
    NewerSchema,
    SealBroken,
    UnknownTopic,
)
from infrastructure.log.mapper import FactMapper, Shape
from infrastructure.log.reader import LogReader
from infrastructure.log.recorder import LogRecorder
from infrastructure.log.sealing import unpack
from infrastructure.log.stored import StoredFact
from tests.infrastructure.log.writing import T0

KIM, LEE = uuid4(), uuid4()


def changed(stored: StoredFact, **changes: Any) -> StoredFact:
    """A row as it was read, but for what somebody has changed in it."""
    return StoredFact(**{f.name: getattr(stored, f.name) for f in fields(StoredFact)} | changes)


class Met(FirstFact):
    """Two persons in one fact, and a shape that has changed once."""

    TOPIC: ClassVar[str] = "test.met"
    SCHEMA: ClassVar[int] = 2

    first: UUID
    second: UUID | None
    place: str
    first_said: Annotated[str | Erased, Personal("first")] = ERASED
    first_did: Annotated[str | Erased | None, Personal("first")] = ERASED
    second_said: Annotated[str | Erased, Personal("second")] = ERASED

    @model_validator(mode="before")
    @classmethod
    def _from_schema_1(cls, data: Any) -> Any:
        if isinstance(data, dict) and "where" in data:
            data = dict(data)
            data["place"] = data.pop("where")
        return data


del FACTS[Met.TOPIC]  # other tests ask for every fact of the house


@pytest.fixture(autouse=True)
def _known_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FACTS, Met.TOPIC, Met)


def registered(**changes: Any) -> Registered:
    fields: dict[str, Any] = {
        "originator_id": KIM,
        "originator_version": 1,
        "originator_topic": "member",
        "timestamp": T0,
        "citizen_id": KIM,
        "language": Language.KO,
        "name": "김하늘",
        "phone": "+821012345678",
    }
    return Registered(**fields | changes)


def met(second: UUID | None = LEE) -> Met:
    return Met(
        originator_id=uuid4(),
        originator_version=1,
        originator_topic="meeting",
        timestamp=T0,
        occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
        first=KIM,
        second=second,
        place="Hongdae",
        first_said="hello",
        first_did=None,
        second_said="good evening",
    )


def as_stored(recorder: LogRecorder, fact: StoredFact) -> StoredFact:
    recorder.insert_events([fact])
    [stored] = recorder.select_events(fact.originator_id)
    assert isinstance(stored, StoredFact)
    return stored


def test_a_fact_comes_back_as_it_was(mapper: FactMapper, recorder: LogRecorder) -> None:
    for fact in (registered(), met(), met(second=None)):
        stored = as_stored(recorder, mapper.to_stored_event(fact))
        found = mapper.to_domain_event(stored)
        assert found.model_dump() == fact.model_dump()
        assert type(found) is type(fact)


def test_the_open_part_holds_neither_personal_fields_nor_columns(mapper: FactMapper) -> None:
    stored = mapper.to_stored_event(registered())
    state = orjson.loads(stored.state)
    assert not state.keys() & {*Registered.PERSONAL, "originator_id", "timestamp", "occurred_at"}
    assert (stored.received_at, stored.occurred_at, stored.schema_version) == (T0, None, 2)


def test_nothing_personal_stands_in_the_row_in_clear(mapper: FactMapper) -> None:
    stored = mapper.to_stored_event(registered())
    assert stored.sealed is not None
    for secret in ("김하늘", "+821012345678", "name", "phone"):
        assert secret.encode() not in stored.state + stored.sealed


def test_the_same_fact_is_never_sealed_twice_alike(mapper: FactMapper) -> None:
    first, second = (mapper.to_stored_event(registered()) for _ in range(2))
    assert first.sealed != second.sealed
    assert first.event_id != second.event_id


def test_the_envelope_says_what_the_log_knows(
    mapper: FactMapper, recorder: LogRecorder, reader: LogReader
) -> None:
    stored = as_stored(recorder, mapper.to_stored_event(registered()))
    [fact] = reader.read(0, 10)
    assert isinstance(fact, Registered)
    assert stored.recorded is not None
    assert fact.envelope.position == 1
    assert fact.envelope.event_id == stored.event_id
    assert fact.envelope.recorded_at == stored.recorded.recorded_at
    with pytest.raises(ValueError, match="not been read"):
        _ = registered().envelope


def test_a_fold_sees_ciphertext_only_and_a_person_can_open_it(
    mapper: FactMapper, recorder: LogRecorder, reader: LogReader
) -> None:
    as_stored(recorder, mapper.to_stored_event(registered()))
    [folded] = reader.read(0, 10)
    assert isinstance(folded, Registered)
    assert (folded.name, folded.phone) == (ERASED, ERASED)
    part = folded.sealed("name")
    assert part is not None
    assert mapper.unseal(part) == {"name": "김하늘", "phone": "+821012345678", "birth_date": None}
    [seen] = reader.stream(KIM, unseal=True)
    assert isinstance(seen, Registered)
    assert seen.name == "김하늘"


def test_each_subject_has_a_part_of_its_own(
    mapper: FactMapper, recorder: LogRecorder, key_ring: MemoryKeyRing
) -> None:
    stored = as_stored(recorder, mapper.to_stored_event(met()))
    key_ring.destroy(KIM)
    found = mapper.to_domain_event(stored)
    assert isinstance(found, Met)
    assert (found.first_said, found.first_did) == (ERASED, ERASED)
    assert found.second_said == "good evening"


def test_without_a_subject_the_aggregate_is_the_subject(
    mapper: FactMapper, recorder: LogRecorder, key_ring: MemoryKeyRing
) -> None:
    fact = met(second=None)
    stored = as_stored(recorder, mapper.to_stored_event(fact))
    key_ring.destroy(fact.originator_id)
    found = mapper.to_fact(stored, unseal=True)
    assert isinstance(found, Met)
    assert (found.first_said, found.second_said) == ("hello", ERASED)
    part = found.sealed("second_said")
    assert part is not None
    assert part.subject == fact.originator_id


def test_two_fields_of_one_person_make_one_part(mapper: FactMapper, recorder: LogRecorder) -> None:
    found = mapper.to_domain_event(as_stored(recorder, mapper.to_stored_event(met(second=KIM))))
    assert len(found.envelope.sealed) == 1
    assert isinstance(found, Met)
    assert (found.first_said, found.second_said) == ("hello", "good evening")


def test_a_destroyed_key_reads_as_erased_and_replay_goes_on(
    mapper: FactMapper, recorder: LogRecorder, key_ring: MemoryKeyRing
) -> None:
    stored = as_stored(recorder, mapper.to_stored_event(registered()))
    assert key_ring.destroy(KIM) == 1
    fact = mapper.to_domain_event(stored)
    member = fact.mutate(None)
    assert isinstance(member, Member)
    assert (member.name, member.phone, member.language) == (ERASED, ERASED, Language.KO)
    part = fact.sealed("name")
    assert part is not None
    assert mapper.unseal(part) is None


@pytest.mark.parametrize(
    "moved",
    [
        {"originator_id": LEE},
        {"originator_version": 2},
        {"schema_version": 0},
        {"sealed": b"\x02\x00"},
        {"sealed": b""},
        {"sealed": b"\x01\x01short"},
        {"sealed": b"\x01\x00longer"},
    ],
)
def test_a_ciphertext_in_another_place_is_refused(
    mapper: FactMapper, recorder: LogRecorder, moved: dict[str, Any]
) -> None:
    stored = as_stored(recorder, mapper.to_stored_event(registered()))
    with pytest.raises(SealBroken):
        mapper.to_domain_event(changed(stored, **moved))


def test_swapped_and_flipped_ciphertexts_are_refused(
    mapper: FactMapper, recorder: LogRecorder
) -> None:
    one = as_stored(recorder, mapper.to_stored_event(registered()))
    other = as_stored(
        recorder, mapper.to_stored_event(registered(originator_id=LEE, name="이바다"))
    )
    assert one.sealed is not None
    for forged in (
        changed(one, sealed=other.sealed),
        changed(one, sealed=one.sealed[:-1] + bytes([one.sealed[-1] ^ 1])),
    ):
        with pytest.raises(SealBroken) as refusal:
            mapper.to_domain_event(forged)
        assert "김" not in str(refusal.value)


def test_an_erased_value_cannot_be_stored(mapper: FactMapper) -> None:
    with pytest.raises(ErasedValue, match="name"):
        mapper.to_stored_event(registered(name=ERASED))


def test_a_newer_schema_an_unknown_topic_and_a_wrong_shape_are_named(
    mapper: FactMapper, recorder: LogRecorder
) -> None:
    stored = as_stored(recorder, mapper.to_stored_event(met()))
    with pytest.raises(NewerSchema, match="schema 3"):
        mapper.to_domain_event(changed(stored, schema_version=3))
    with pytest.raises(UnknownTopic, match=r"test\.parted"):
        mapper.to_domain_event(changed(stored, topic="test.parted"))
    with pytest.raises(Misshapen) as refusal:
        mapper.to_fact(changed(stored, state=b'{"place":"secret","x":"secret"}'), unseal=False)
    assert "secret" not in str(refusal.value)
    assert "originator_topic" in str(refusal.value)


def test_an_older_shape_is_read_by_the_fact_itself(
    mapper: FactMapper, recorder: LogRecorder
) -> None:
    stored = as_stored(
        recorder,
        StoredFact(
            originator_id=uuid4(),
            originator_version=1,
            topic=Met.TOPIC,
            state=f'{{"originator_topic":"m","first":"{KIM}","second":null,"where":"Guro"}}'.encode(),
            received_at=T0,
        ),
    )
    found = mapper.to_domain_event(stored)
    assert isinstance(found, Met)
    assert (found.place, found.first_said) == ("Guro", ERASED)


def test_a_class_that_could_leak_is_refused_at_once() -> None:
    class NeverErased(Fact):
        name: Annotated[str | Erased, Personal("originator_id")] = "nobody"

    class NoSubject(Fact):
        name: Annotated[str | Erased, Personal("citizen_id")] = ERASED

    for wrong in (NeverErased, NoSubject):
        wrong.TOPIC = "test.wrong"
        with pytest.raises(TypeError):
            Shape.of(wrong)


def test_a_stranger_can_take_the_parts_apart(mapper: FactMapper) -> None:
    stored = mapper.to_stored_event(met())
    assert stored.sealed is not None
    place = {"aggregate_id": stored.originator_id, "version": 1, "topic": Met.TOPIC}
    parts = unpack(stored.sealed, **place, schema_version=2)
    assert {part.subject for part in parts} == {KIM, LEE}
