"""A new key is stored with the first facts that it seals, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.context import Context, Principal
from application.outbox import Outbox
from application.safe_return import Receipt, SafeReturn, SealAgain
from domain.base import Fact
from domain.emergency.facts import NoteAdded
from domain.language import Language
from domain.member import Registered
from domain.roles import Role
from infrastructure.database import Database
from infrastructure.kek import KeyEncryptionKey
from infrastructure.key_ring import PostgresKeyRing
from infrastructure.log.append import KeyRefused, LogWriter, Overtaken, Stored
from infrastructure.log.mapper import FactMapper
from infrastructure.log.recorder import LogRecorder
from infrastructure.log.stored import StoredFact
from infrastructure.rotation import Rotation
from tests.infrastructure.log.writing import T0, fact, request

OLD, NEW = KeyEncryptionKey(bytes(range(32))), KeyEncryptionKey(bytes(32))
BY = Context(principal=Principal(id="kim", role=Role.CITIZEN), correlation_id=uuid4())


@pytest.fixture
def ring(service: Database) -> PostgresKeyRing:
    return a_ring(service)


def a_ring(service: Database) -> PostgresKeyRing:
    """As another process has it."""
    return PostgresKeyRing(service, OLD, further=lambda: {OLD.id: OLD, NEW.id: NEW})


def registered(citizen: UUID, stream: UUID | None = None) -> Registered:
    fields: dict[str, Any] = {
        "originator_id": stream or citizen,
        "originator_version": 1,
        "originator_topic": "member",
        "timestamp": T0,
        "citizen_id": citizen,
        "language": Language.KO,
        "name": "김하늘",
        "phone": "+821012345678",
    }
    return Registered(**fields)


def sealed(ring: PostgresKeyRing, *facts: Fact) -> list[StoredFact]:
    return [FactMapper(ring).to_stored_event(one) for one in facts]


def keys_of(service: Database, subject: UUID) -> list[UUID]:
    with service.connection() as connection:
        rows = connection.execute("SELECT key_id FROM subject_keys WHERE subject = %s", (subject,))
        return [row[0] for row in rows]


def test_a_new_key_leaves_with_its_fact_and_opens_it_elsewhere(
    service: Database, recorder: LogRecorder, ring: PostgresKeyRing
) -> None:
    kim = uuid4()
    stored = sealed(ring, registered(kim))
    assert not keys_of(service, kim)
    recorder.insert_events(stored)
    assert len(keys_of(service, kim)) == 1
    [read] = recorder.select_events(kim)
    opened = FactMapper(a_ring(service)).to_domain_event(read)
    assert isinstance(opened, Registered)
    assert opened.name == "김하늘"
    assert ring.key_to_seal_with(kim, is_new=False).unstored is None


def test_facts_of_one_save_share_a_new_key(
    service: Database, recorder: LogRecorder, ring: PostgresKeyRing
) -> None:
    kim = uuid4()
    facts = sealed(ring, registered(kim), registered(kim, uuid4()))
    recorder.insert_events(facts)
    assert len(keys_of(service, kim)) == 1


def test_a_key_that_came_too_late_is_its_requests_matter_alone(
    service: Database, writer: LogWriter, ring: PostgresKeyRing
) -> None:
    kim, lee = uuid4(), uuid4()
    late = request(*sealed(ring, registered(kim, uuid4())))
    winner = a_ring(service).sealing_key(kim)
    lees = request(*sealed(ring, registered(lee)))
    outcomes = writer.append([request(fact(uuid4(), 1)), late, lees])
    assert outcomes == [Stored([1]), KeyRefused(), Stored([2])]
    assert keys_of(service, kim) == [winner.key_id]
    assert len(keys_of(service, lee)) == 1


def test_a_request_that_is_overtaken_leaves_no_key(
    service: Database, writer: LogWriter, ring: PostgresKeyRing
) -> None:
    kim, stream = uuid4(), uuid4()
    first = request(fact(stream, 1))
    overtaken = request(*sealed(ring, registered(kim, stream)))
    assert writer.append([first, overtaken]) == [Stored([1]), Overtaken()]
    assert not keys_of(service, kim)


def test_a_request_repeated_after_a_lost_answer_is_known_again(
    service: Database, writer: LogWriter, ring: PostgresKeyRing
) -> None:
    kim = uuid4()
    asked = request(*sealed(ring, registered(kim)))
    assert writer.append([asked]) == writer.append([asked]) == [Stored([1])]
    a_ring(service).destroy(kim)
    assert writer.append([asked]) == [Stored([1])]
    assert len(keys_of(service, kim)) == 1


def test_a_key_whose_answer_was_lost_goes_with_the_next_facts(
    service: Database, writer: LogWriter, ring: PostgresKeyRing
) -> None:
    kim = uuid4()
    writer.append([request(*sealed(ring, registered(kim)))])  # and nobody tells the ring
    assert writer.append([request(*sealed(ring, registered(kim, uuid4())))]) == [Stored([2])]
    assert len(keys_of(service, kim)) == 1


def test_a_destroyed_key_seals_nothing_any_more(
    service: Database, writer: LogWriter, ring: PostgresKeyRing
) -> None:
    kim = uuid4()
    writer.append([request(*sealed(ring, registered(kim)))])
    again = request(*sealed(ring, registered(kim, uuid4())))
    a_ring(service).destroy(kim)
    assert writer.append([again]) == [KeyRefused()]


def test_after_a_refusal_the_ring_knows_the_winners_key(
    service: Database, recorder: LogRecorder, ring: PostgresKeyRing
) -> None:
    kim = uuid4()
    late = sealed(ring, registered(kim, uuid4()))
    winner = a_ring(service).sealing_key(kim)
    with pytest.raises(SealAgain):
        recorder.insert_events(late)
    assert ring.key_to_seal_with(kim, is_new=True).key_id == winner.key_id


@dataclass
class Decided:
    """New facts to commit."""

    new: list[Fact] = field(default_factory=list)

    def collect_events(self) -> list[Fact]:
        return self.new


def test_a_save_is_sealed_again_with_the_winners_key(
    service: Database, recorder: LogRecorder, ring: PostgresKeyRing
) -> None:
    kim, stream = uuid4(), uuid4()
    app = SafeReturn(mapper=FactMapper(ring), recorder=recorder, called_for=lambda _: Outbox())
    ring.key_to_seal_with(kim, is_new=True)  # made by a save that is still under way
    winner = a_ring(service).sealing_key(kim)
    saved: Any = Decided([registered(kim, stream)])
    done = app.commit([saved], context=BY, receipt=Receipt(aggregate_id=stream))
    assert done.position == 1
    assert keys_of(service, kim) == [winner.key_id]
    [read] = recorder.select_events(stream)
    opened = FactMapper(a_ring(service)).to_domain_event(read)
    assert isinstance(opened, Registered)
    assert opened.phone == "+821012345678"


def test_a_key_wrapped_before_a_rotation_is_refused_and_wrapped_anew(
    service: Database, recorder: LogRecorder, ring: PostgresKeyRing
) -> None:
    ring.sealing_key(uuid4())
    kim = uuid4()
    before = sealed(ring, registered(kim))
    Rotation(service, lambda: {OLD.id: OLD}).wrap_all(NEW, lambda _done, _total: None)
    with pytest.raises(SealAgain):
        recorder.insert_events(before)
    recorder.insert_events(sealed(ring, registered(kim)))
    with service.connection() as connection:
        under = connection.execute("SELECT DISTINCT kek_id FROM subject_keys").fetchall()
    assert under == [(NEW.id,)]


def test_a_wrong_guess_about_what_began_here_is_corrected(
    service: Database, recorder: LogRecorder, ring: PostgresKeyRing
) -> None:
    """A stream that began here is taken to have no key of its own yet, and not looked for."""
    kim, stream = uuid4(), uuid4()
    mapper = FactMapper(ring)
    recorder.insert_events([mapper.to_stored_event(registered(kim, stream))])
    winner = a_ring(service).sealing_key(stream)
    noted = NoteAdded(
        originator_id=stream,
        originator_version=2,
        timestamp=T0,
        operator_id=uuid4(),
        citizen_id=kim,
        note="here",
    )
    with pytest.raises(SealAgain):
        recorder.insert_events([mapper.to_stored_event(noted)])
    recorder.insert_events([mapper.to_stored_event(noted)])
    assert keys_of(service, stream) == [winner.key_id]
    read = FactMapper(a_ring(service)).to_domain_event(recorder.select_events(stream)[-1])
    assert isinstance(read, NoteAdded)
    assert read.note == "here"
