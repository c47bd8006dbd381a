"""What stands beside the log for messages: in memory and in PostgreSQL, the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.message_pace import Pace
from application.message_pieces import MessagePieces, verdict
from application.text_routes import Fate, ReceiptOfPiece
from domain.message_routing import MessageRoute
from infrastructure.database import Database
from infrastructure.message_pace import PostgresPace
from infrastructure.message_pieces import PostgresPieces
from tests import clusters
from tests.application.message_twins import MemoryPace, MemoryPieces

T0 = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)
SMPP, SMS = MessageRoute.SMPP, MessageRoute.SMS
EVERY = timedelta(seconds=10)
HERS, HIS = uuid4(), uuid4()


@pytest.fixture(params=["memory", "postgres"])
def books(
    request: pytest.FixtureRequest, database: clusters.Database
) -> Iterator[tuple[Pace, MessagePieces]]:
    if request.param == "memory":
        yield MemoryPace(), MemoryPieces()
        return
    service = Database(database.service_url, application_name="test", size=4)
    yield PostgresPace(service), PostgresPieces(service)
    service.close()


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def receipt(reference: str, fate: Fate = Fate.DELIVERED, mark: int | None = None) -> ReceiptOfPiece:
    return ReceiptOfPiece(reference=reference, fate=fate, mark=mark)


def test_some_go_at_once_and_then_one_at_a_time(books) -> None:
    pace, _ = books

    def take(at_s: float, line: str = "a") -> timedelta | None:
        return pace.take(line, at=after(at_s), every=EVERY, at_once=2)

    assert [take(0), take(0)] == [None, None]
    assert take(1) == timedelta(seconds=9)
    assert take(1, "b") is None
    assert take(10) is None
    assert take(10) == EVERY
    assert [take(100), take(100)] == [None, None]
    assert take(100) is not None


def test_a_receipt_finds_its_message_whenever_it_comes(books) -> None:
    _, pieces = books
    assert pieces.told(SMPP, receipt("a", mark=7), at=T0) is None
    known = pieces.expect(SMPP, ["a", "b"], HERS, at=T0)
    assert (known.message_id, known.fates) == (HERS, {"a": Fate.DELIVERED, "b": None})
    assert verdict(known) is None
    whole = pieces.told(SMPP, receipt("b"), at=T0)
    assert whole is not None
    assert verdict(whole) is Fate.DELIVERED
    assert pieces.told(SMS, receipt("a"), at=T0) is None, "of another provider"


def test_good_news_stands_and_bad_news_does_not_replace_it(books) -> None:
    _, pieces = books
    pieces.expect(SMPP, ["a"], HERS, at=T0)
    for told, stands in (
        (Fate.EXPIRED, Fate.EXPIRED),
        (Fate.REJECTED, Fate.EXPIRED),
        (Fate.DELIVERED, Fate.DELIVERED),
        (Fate.EXPIRED, Fate.DELIVERED),
    ):
        known = pieces.told(SMPP, receipt("a", told), at=T0)
        assert known is not None
        assert verdict(known) is stands


def test_one_piece_that_is_lost_is_the_whole_lost(books) -> None:
    _, pieces = books
    pieces.expect(SMPP, ["a", "b"], HERS, at=T0)
    known = pieces.told(SMPP, receipt("b", Fate.UNDELIVERABLE), at=T0)
    assert known is not None
    assert verdict(known) is Fate.UNDELIVERABLE


def test_evidence_is_its_own_reference_or_nobodys_with_its_mark(books) -> None:
    _, pieces = books
    pieces.told(SMPP, receipt("old", mark=7), at=after(-60))
    pieces.told(SMPP, receipt("mine", mark=7), at=after(1))
    pieces.taken(SMPP, "late", 7, at=after(2))
    pieces.taken(SMPP, "late", 8, at=after(3))
    pieces.told(SMPP, receipt("other", mark=9), at=after(1))
    pieces.told(SMS, receipt("elsewhere", mark=7), at=after(1))
    assert list(pieces.evidence(SMPP, HERS, 7, since=T0)) == ["mine", "late"]
    pieces.expect(SMPP, ["mine"], HIS, at=after(4))
    assert list(pieces.evidence(SMPP, HERS, 7, since=T0)) == ["late"]
    assert list(pieces.evidence(SMPP, HIS, 1, since=after(100))) == ["mine"]


def test_many_hands_take_no_more_from_one_line_than_there_is(database) -> None:
    service = Database(database.service_url, application_name="test", size=8)
    pace = PostgresPace(service)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: pace.take("a", at=T0, every=EVERY, at_once=5), range(20)))
    service.close()
    assert waits.count(None) == 5
