"""What is replayed is what the mapper reads: the short way differs in nothing but time."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from pydantic import model_validator

from domain.base import ERASED, FACTS, Fact, project
from domain.emergency import Emergency
from domain.emergency.facts import NoteAdded, Triggered
from domain.language import Language
from domain.member import Member, Registered
from infrastructure.database import Database
from infrastructure.key_ring import MemoryKeyRing
from infrastructure.log.errors import Misshapen, NewerSchema, SealBroken, UnknownTopic
from infrastructure.log.mapper import FactMapper
from infrastructure.log.recorder import LogRecorder
from infrastructure.log.replaying import StreamReader
from infrastructure.log.stored import StoredFact
from tests.architecture.samples import sample_of
from tests.domain.reports import LEE, POLICY, after, signal
from tests.infrastructure.log.writing import T0

KIM = uuid4()


class Moved(Fact):
    """A shape that has changed once."""

    TOPIC: ClassVar[str] = "test.moved"
    SCHEMA: ClassVar[int] = 2

    place: str

    @model_validator(mode="before")
    @classmethod
    def _from_schema_1(cls, data: Any) -> Any:
        if isinstance(data, dict) and "where" in data:
            data = dict(data)
            data["place"] = data.pop("where")
        return data


del FACTS[Moved.TOPIC]  # other tests ask for every fact of the house


@pytest.fixture(autouse=True)
def _known_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FACTS, Moved.TOPIC, Moved)


@pytest.fixture
def stream(service: Database, mapper: FactMapper) -> StreamReader:
    return StreamReader(service, mapper)


def registered() -> Registered:
    return Registered(
        originator_id=KIM,
        originator_version=1,
        originator_topic="member",
        timestamp=T0,
        citizen_id=KIM,
        language=Language.KO,
        name="김하늘",
        phone="+821012345678",
    )


def mapped(recorder: LogRecorder, mapper: FactMapper, aggregate_id: UUID) -> list[Fact]:
    return [mapper.to_domain_event(one) for one in recorder.select_events(aggregate_id)]


def contents(found: list[Fact]) -> list[tuple[str, dict[str, Any], int | None]]:
    return [
        (
            fact.TOPIC,
            {name: getattr(fact, name) for name in type(fact).model_fields},
            fact.log_position,
        )
        for fact in found
    ]


def test_every_kind_of_fact_reads_the_same(
    recorder: LogRecorder, mapper: FactMapper, stream: StreamReader
) -> None:
    place: dict[str, Any] = {"originator_id": uuid4()}
    kinds = [kind for topic, kind in FACTS.items() if topic != Moved.TOPIC]
    kinds.sort(key=lambda kind: kind is not Registered)  # a member leaves nothing sealed
    for version, kind in enumerate(kinds, start=1):
        fact = sample_of(kind, bare=False).model_copy(
            update={**place, "originator_version": version}
        )
        recorder.insert_events([mapper.to_stored_event(fact)])
    found = stream.to_replay(place["originator_id"])
    assert all(map(isinstance, found, kinds))
    assert contents(found) == contents(mapped(recorder, mapper, place["originator_id"]))


def test_an_erased_subject_reads_as_erased(
    recorder: LogRecorder, mapper: FactMapper, stream: StreamReader, key_ring: MemoryKeyRing
) -> None:
    recorder.insert_events([mapper.to_stored_event(registered())])
    [fact] = stream.to_replay(KIM)
    assert isinstance(fact, Registered)
    assert fact.name == "김하늘"
    key_ring.destroy(KIM)
    [fact] = found = stream.to_replay(KIM)
    assert isinstance(fact, Registered)
    assert (fact.name, fact.phone) == (ERASED, ERASED)
    assert contents(found) == contents(mapped(recorder, mapper, KIM))
    assert isinstance(fact.mutate(None), Member)


def test_an_older_schema_goes_through_its_upcaster(
    recorder: LogRecorder, mapper: FactMapper, stream: StreamReader
) -> None:
    aggregate_id = uuid4()
    for version, (schema, name) in enumerate([(1, "where"), (2, "place")], start=1):
        recorder.insert_events(
            [
                StoredFact(
                    originator_id=aggregate_id,
                    originator_version=version,
                    topic=Moved.TOPIC,
                    state=f'{{"{name}":"Guro"}}'.encode(),
                    schema_version=schema,
                    received_at=T0,
                )
            ]
        )
    found = stream.to_replay(aggregate_id)
    assert [one.place for one in found if isinstance(one, Moved)] == ["Guro", "Guro"]
    assert contents(found) == contents(mapped(recorder, mapper, aggregate_id))


@pytest.mark.parametrize(
    ("topic", "opened", "schema_version", "refusal"),
    [
        ("test.parted", "{}", 1, UnknownTopic),
        ("member.registered", "{}", 9, NewerSchema),
        ("member.registered", '{"language":"secret"}', 1, Misshapen),
        ("member.registered", "no JSON", 1, Misshapen),
        ("device.revoked", '{"more":"secret"}', 1, Misshapen),
    ],
)
def test_what_cannot_be_read_is_refused_by_both_alike(  # noqa: PLR0913, PLR0917
    recorder: LogRecorder,
    mapper: FactMapper,
    stream: StreamReader,
    topic: str,
    opened: str,
    schema_version: int,
    refusal: type[Exception],
) -> None:
    aggregate_id = uuid4()
    recorder.insert_events(
        [
            StoredFact(
                originator_id=aggregate_id,
                originator_version=1,
                topic=topic,
                state=opened.encode(),
                schema_version=schema_version,
                received_at=T0,
            )
        ]
    )
    with pytest.raises(refusal) as long_way:
        mapped(recorder, mapper, aggregate_id)
    with pytest.raises(refusal) as short_way:
        stream.to_replay(aggregate_id)
    assert str(short_way.value) == str(long_way.value)
    assert "secret" not in str(short_way.value)


@pytest.mark.parametrize(
    "spoil",
    [
        "set_byte(sealed, 60, get_byte(sealed, 60) # 1)",
        "substr(sealed, 1, octet_length(sealed) - 1)",
        r"'\x0200'",
        r"'\x'",
    ],
)
def test_a_broken_seal_is_refused_by_both_alike(
    recorder: LogRecorder,
    mapper: FactMapper,
    stream: StreamReader,
    forger: psycopg.Connection,
    spoil: str,
) -> None:
    recorder.insert_events([mapper.to_stored_event(registered())])
    forger.execute(f"UPDATE events SET sealed = {spoil}".encode())  # noqa: S608
    with pytest.raises(SealBroken) as long_way:
        mapped(recorder, mapper, KIM)
    with pytest.raises(SealBroken) as short_way:
        stream.to_replay(KIM)
    assert str(short_way.value) == str(long_way.value)


def test_a_seal_of_another_place_is_refused(
    recorder: LogRecorder, mapper: FactMapper, stream: StreamReader, forger: psycopg.Connection
) -> None:
    recorder.insert_events([mapper.to_stored_event(registered())])
    forger.execute("UPDATE events SET version = 2")
    with pytest.raises(SealBroken, match="not sealed for here"):
        stream.to_replay(KIM)


def test_a_replay_leaves_sealed_what_the_aggregate_does_not_read(
    recorder: LogRecorder,
    mapper: FactMapper,
    stream: StreamReader,
    forger: psycopg.Connection,
) -> None:
    report = Emergency.trigger(signal(), at=after(0), policy=POLICY)
    report.window_elapsed(at=after(9), policy=POLICY)
    report.claim(operator_id=LEE, at=after(10), policy=POLICY)
    report.add_note(operator_id=LEE, note="남성 한 명이 뒤따라옴", at=after(11))
    for fact in report.collect_events():
        recorder.insert_events([mapper.to_stored_event(fact)])
    first, *_, note = stream.to_replay(report.id)
    assert isinstance(first, Triggered)
    assert first.position == report.position
    assert isinstance(note, NoteAdded)
    assert note.note is ERASED
    whole = project(None, mapped(recorder, mapper, report.id))
    assert vars(project(None, stream.to_replay(report.id))) == vars(whole)

    forger.execute("UPDATE events SET sealed = 'broken' WHERE topic = 'emergency.note_added'")
    assert vars(project(None, stream.to_replay(report.id))) == vars(whole)
    with pytest.raises(SealBroken):
        mapped(recorder, mapper, report.id)
    forger.execute("UPDATE events SET sealed = 'broken' WHERE topic = 'emergency.triggered'")
    with pytest.raises(SealBroken):
        stream.to_replay(report.id)


def test_of_nothing_stored_nothing_is_replayed(stream: StreamReader) -> None:
    assert stream.to_replay(uuid4()) == []


def test_of_the_envelope_only_the_position_is_there(
    recorder: LogRecorder, mapper: FactMapper, stream: StreamReader
) -> None:
    recorder.insert_events([mapper.to_stored_event(registered())])
    [fact] = stream.to_replay(KIM)
    assert fact.log_position == 1
    assert fact.envelope.position == 1
    with pytest.raises(LookupError, match="actor was not read"):
        _ = fact.envelope.actor


def test_a_server_that_is_away_is_the_librarys_error(
    service: Database, mapper: FactMapper, superuser: psycopg.Connection
) -> None:
    stream = StreamReader(service, mapper)
    superuser.execute("ALTER TABLE events RENAME TO elsewhere")
    with pytest.raises(PersistenceError):
        stream.to_replay(KIM)
