"""What her own receipt says of a guardian who was given her place."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from application.access import AccessKind
from application.access_book import AccessRecord
from application.access_desk import seen
from tests.application.house import JIYOUNG


def record(what: str, recipient: str | None) -> AccessRecord:
    known = dict.fromkeys(AccessRecord.model_fields)
    told = {
        "id": 1,
        "at": datetime(2023, 2, 2, 14, 41, tzinfo=UTC),
        "actor": "system:work",
        "subject": JIYOUNG,
        "what": what,
        "why": "delivery:message",
        "kind": AccessKind.PROVISION if recipient else AccessKind.READ,
        "recipient": recipient,
        "about": UUID(int=1),
    }
    return AccessRecord.model_construct(**(known | told))


@pytest.mark.parametrize(
    ("what", "recipient", "told"),
    [
        ("taxi.boarded", "guardian", ("position", "safety")),
        ("taxi.alighted_no_plate", "guardian", ("position", "safety")),
        ("taxi.plate", "guardian", ("record", "safety")),
        ("position", "police", ("position", "rescue")),
        ("taxi.read", None, ("ride", None)),
    ],
)
def test_a_guardian_is_told_so_that_she_knows_her_safe(what, recipient, told) -> None:
    line = seen(record(what, recipient))
    assert (line.what, line.purpose) == told
