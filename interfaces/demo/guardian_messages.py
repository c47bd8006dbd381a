"""What guardians were sent, counted in the message provider's own journal."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from application.outbox import Channel
from domain.message import Composed, RecipientKind
from interfaces.demo.journals import guardian_messages, journal
from interfaces.demo.stage import DemoFailed, wait_for

if TYPE_CHECKING:
    from uuid import UUID

    from interfaces.demo.stage import Stage

FATES_S: Final = 20.0
COMPOSED: Final = b"""
SELECT aggregate_id FROM events
WHERE topic = %s AND open::jsonb ->> 'recipient_kind' = %s
"""


def told_guardians(stage: Stage) -> dict[str, int]:
    """See ``guardian_messages``; the log says which messages were for guardians.

    What has not reached a telephone after a while has failed.
    """
    with suppress(DemoFailed):
        wait_for(
            lambda: all(
                entry["fate"] for entry in journal(stage) if entry["channel"] == Channel.MESSAGE
            ),
            what="the fate of every message",
            within_s=FATES_S,
        )
    return guardian_messages(journal(stage), _for_guardians(stage))


def _for_guardians(stage: Stage) -> list[UUID]:
    with stage.house.database.connection() as connection:
        rows = connection.execute(COMPOSED, (Composed.TOPIC, RecipientKind.GUARDIAN)).fetchall()
    return [row[0] for row in rows]
