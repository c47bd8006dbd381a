"""The log as folds read it: in order, in pages, the unreadable named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from domain.base import Fact
from domain.language import Language
from domain.member import Registered
from infrastructure.database import Database
from infrastructure.log.mapper import FactMapper
from infrastructure.log.reader import LogReader, Unreadable
from infrastructure.log.recorder import LogRecorder
from infrastructure.log.stored import StoredFact
from tests.infrastructure.log.writing import T0

LEE = uuid4()


def registered() -> Registered:
    citizen_id = uuid4()
    return Registered(
        originator_id=citizen_id,
        originator_version=1,
        originator_topic="member",
        timestamp=T0,
        citizen_id=citizen_id,
        language=Language.KO,
        name="김하늘",
        phone="+821012345678",
    )


def test_the_reader_gives_the_unreadable_a_name_and_goes_on(
    mapper: FactMapper, recorder: LogRecorder, reader: LogReader
) -> None:
    strange = StoredFact(
        originator_id=LEE, originator_version=1, topic="test.parted", state=b"{}", received_at=T0
    )
    recorder.insert_events([strange])
    recorder.insert_events([mapper.to_stored_event(registered())])
    found = reader.read(0, 10)
    assert found[0] == Unreadable(1, LEE, 1, "test.parted", "topic_unknown: test.parted")
    assert isinstance(found[1], Registered)


def test_the_reader_pages_in_order(
    mapper: FactMapper, recorder: LogRecorder, reader: LogReader, service: Database
) -> None:
    for _ in range(5):
        recorder.insert_events([mapper.to_stored_event(registered())])

    def positions(found: Sequence[Fact | Unreadable]) -> list[int]:
        return [one.envelope.position for one in found if isinstance(one, Fact)]

    assert positions(reader.read(0, 2)) == [1, 2]
    assert positions(reader.read(3, 10)) == [4, 5]
    with service.connection() as connection:
        assert positions(reader.read(4, 10, connection=connection)) == [5]
    assert reader.head() == 5


def test_a_moment_has_a_position(
    mapper: FactMapper, recorder: LogRecorder, reader: LogReader
) -> None:
    assert reader.position_at(datetime.now(UTC)) == 0
    for _ in range(5):
        recorder.insert_events([mapper.to_stored_event(registered())])
    moments = [one.envelope.recorded_at for one in reader.read(0, 10) if isinstance(one, Fact)]
    assert [reader.position_at(moment) for moment in moments] == [1, 2, 3, 4, 5]
    assert reader.position_at(datetime(2020, 1, 1, tzinfo=UTC)) == 0
