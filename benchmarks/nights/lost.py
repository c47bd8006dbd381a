"""What was promised, and is not borne out by the log and the partners' own journals."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.message import Message
from interfaces.commands.output import say
from interfaces.demo.journals import journal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.nights.evening import Evening
    from benchmarks.nights.watch import FoldsWatched
    from benchmarks.nights.wire import Wire
    from interfaces.demo.stage import Stage

ASKED: Final = {"emergency.trigger": "call", "report.police": "police"}
"""Of each of these commands, the partner that must know of its report."""
OCCASIONS: Final = ("boarded", "over")
"""Of every ride, each guardian is told once of both."""


def lost(running: Stage, wire: Wire, watched: FoldsWatched, evening: Evening) -> int:
    """How many answers of the service are borne out by nothing, plus messages told twice."""
    stored = watched.stored()
    entries = journal(running)
    unstored = sum(
        told.position is not None and (told.aggregate_id, told.correlation_id) not in stored
        for told in wire.told
    )
    known = {(one["channel"], one["body"].get("report_id")) for one in entries}
    unasked = sum(
        (ASKED[told.what], str(told.aggregate_id)) not in known
        for told in wire.told
        if told.what in ASKED and told.position is not None
    )
    brought = Counter(one["body"].get("message_id") for one in entries)
    untold = sum(brought[str(message_id)] != 1 for message_id in _messages(evening))
    if unstored or unasked or untold:
        say(f"lost: {unstored} facts, {unasked} requests to partners, {untold} messages")
    return unstored + unasked + untold


def _messages(evening: Evening) -> Iterator[UUID]:
    """Of every ride that began, one message for each guardian and occasion."""
    for session in evening.sessions["taxi"]:
        if session.id is not None:
            for guardian_id in session.citizen.guardians:
                for occasion in OCCASIONS:
                    yield Message.create_id(UUID(session.id), occasion, guardian_id)
