"""What was written to and about a person goes with her key, and so do her devices' addresses."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from application.messaging import to_citizen
from application.safe_return import Receipt
from domain.base import Erased
from domain.member import Member
from domain.message import Message
from domain.push import PushAddress, PushBook
from tests.clusters import Database
from tests.infrastructure.forgotten import COMMAND, Forgetful, settings_of

PLACE = "강동구청 뒤 골목 열일곱 번째 집"
ADDRESS = PushAddress(
    endpoint="https://push.example/of-nobody-else-in-the-world", p256dh="B" * 87, auth="A" * 22
)


def test_words_and_devices_of_an_erased_citizen_are_found_nowhere(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    living = Forgetful(settings_of(tmp_path / "home", database.service_url, redis_url))
    app, at = living.house.app, living.house.clock.now()
    receipt = living.member()
    citizen_id = receipt.citizen_id
    message = to_citizen(
        app.load(Member, citizen_id),
        about=uuid4(),
        occasion="asked",
        phrase="refused.message.too_long",
        words={"place": PLACE},
        at=at,
    )
    book = PushBook.open_for(citizen_id, at=at)
    book.subscribe(device_id=receipt.device_id, address=ADDRESS, at=at)
    app.commit([message, book], context=COMMAND, receipt=Receipt(aggregate_id=citizen_id))
    assert app.load(PushBook, book.id).addresses == {receipt.device_id: ADDRESS}
    living.folds()
    forgotten = living.forgets(citizen_id)
    assert forgotten.clean, forgotten.searched.found
    assert app.load(Message, message.id).words == Erased()
    assert app.load(PushBook, book.id).addresses == {}
    living.house.close()
