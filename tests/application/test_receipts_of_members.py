"""A member's own receipt says what was told to her guardians, and to whom else."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.access import AccessKind, Task
from application.access_book import AccessRecord
from application.access_desk import WHAT, seen
from domain.language import Language
from domain.message import RecipientKind
from interfaces.console.words import words
from tests.application.house import CORRELATION, JIYOUNG
from tests.scenario import T0


def told(what: str, recipient: RecipientKind) -> AccessRecord:
    return AccessRecord(
        id=1,
        at=T0,
        kind=AccessKind.PROVISION,
        actor="system:work",
        account=None,
        district=None,
        address=None,
        subject=JIYOUNG,
        what=what,
        why="delivery:message",
        about=UUID(int=1),
        task=Task.RESPONSE,
        recipient=recipient,
        correlation_id=CORRELATION,
    )


def test_a_guardian_who_was_told_of_an_alarm_stands_in_it() -> None:
    line = seen(told("guardian.emergency", RecipientKind.GUARDIAN))
    assert (line.what, line.recipient, line.purpose) == ("alarm", "guardian", "safety")


@pytest.mark.parametrize(
    ("what", "recipient"),
    [
        ("guardian.code", RecipientKind.GUARDIAN_CODE),
        ("legal_guardian.joined", RecipientKind.LEGAL_GUARDIAN),
    ],
)
def test_so_does_who_was_asked_to_be_one(what: str, recipient: RecipientKind) -> None:
    line = seen(told(what, recipient))
    assert (line.what, line.recipient, line.purpose) == ("name", recipient, None)


@pytest.mark.parametrize("language", Language)
def test_every_recipient_and_every_thing_has_a_word(language: Language) -> None:
    known = words(language)
    assert {f"receipt.recipient.{kind}" for kind in RecipientKind} <= known.keys()
    assert {f"receipt.what.{what}" for what in WHAT.values()} <= known.keys()
