"""The simulators are another party's machine, but their files lie in our home."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from application.needles import needles
from application.outbox import Channel
from interfaces.partners.journal import Entry, Journal

PHONE = "+821012345678"
POSITION = {"latitude_deg": 37.4954, "longitude_deg": 126.8874}


def entry(channel: Channel, **body: object) -> Entry:
    return Entry(
        received_at=datetime(2026, 11, 22, tzinfo=UTC),
        channel=channel,
        idempotency_key=str(uuid4()),
        body={"report_id": str(uuid4()), "district": "11530", **body},
        reference=f"{channel}-1",
    )


def test_neither_numbers_nor_positions_reach_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    taken = [
        entry(Channel.CALL, phone=PHONE, language="ko"),
        entry(Channel.POLICE, position=POSITION, accuracy_m=12.0),
        entry(Channel.AMBULANCE, position=POSITION, what_comes_later="김서연"),
    ]
    journal = Journal(path)
    for one in taken:
        journal.take_in(one)
    told = journal.listing().decode()
    journal.close()
    assert PHONE in told, "whoever plays the partner sees what it was told while it lives"
    kept = path.read_bytes()
    sought = needles([{"phone": PHONE, "position": POSITION, "name": "김서연"}])
    assert [one for one in sought if one in kept] == []


def test_a_restarted_partner_knows_its_requests_by_their_ids(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    called = entry(Channel.CALL, phone=PHONE)
    journal = Journal(path)
    journal.take_in(called)
    journal.close()
    again = Journal(path)
    known = again.repeat_of(Channel.CALL, called.idempotency_key)
    again.close()
    assert known is not None
    assert (known.about, known.answer) == (called.about, called.answer)
    assert "phone" not in known.body
