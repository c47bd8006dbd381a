"""What the partners have in journals of their own, held against the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx

from application.outbox import LINKED, Channel
from application.report_texts import text_id
from application.text_routes import mark_of
from domain.base import Fact
from domain.emergency import facts
from domain.emergency.calling import CallUnanswered, CallWithdrawn
from domain.emergency.conversing import MessageSent
from domain.emergency.help_answers import (
    AmbulanceStoodDown,
    PoliceAlreadyOnScene,
    PoliceStoodDown,
)
from domain.emergency.rising import SupervisorPaged
from interfaces.demo.stage import DemoFailed

if TYPE_CHECKING:
    from interfaces.demo.case import Expected
    from interfaces.demo.player import Running

JOURNAL_S = 10.0
Entry = Mapping[str, Any]


def journal(stage: Running) -> list[Entry]:
    """Everything that the partners say they have taken in."""
    try:
        entries: list[Entry] = httpx.get(f"{stage.partners_url}/journal", timeout=JOURNAL_S).json()
    except httpx.HTTPError as error:
        raise DemoFailed(f"the partners' journal cannot be read: {error}") from error
    return entries


def about(report_id: UUID, log: Iterable[Fact], entries: Iterable[Entry]) -> list[Entry]:
    """What partners took in about a report; texts to its citizen stand as ``text``, once each.

    The message centre knows them by our message's id, over HTTP, or by two bytes of it.
    """
    ours = {text_id(one): one.message_id for one in log if isinstance(one, MessageSent)}
    by_mark = {mark_of(message_id): message_id for message_id in ours}
    found: list[Entry] = []
    for entry in entries:
        message_id = _message_of(entry, by_mark)
        if message_id is not None and message_id in ours:
            said = {**entry["body"], "message_id": str(ours[message_id])}
            found.append({**entry, "channel": Channel.TEXT, "body": said})
        elif entry["body"].get("report_id") == str(report_id):
            found.append(entry)
    return found


def journalled_otherwise(
    expect: Expected, log: Sequence[Fact], entries: Sequence[Entry]
) -> Iterable[str]:
    """Whatever the log says of a partner, the partner's own journal must know, and no more."""
    entries = [one for one in entries if one["channel"] not in LINKED]  # of facts of their own
    known = {(entry["channel"], entry["reference"]) for entry in entries}
    for channel, reference in sorted(_told_by_partners(log) - known):
        yield f"the log has {channel} {reference}, which the partner's journal does not know"
    ordered = _told_by_partners(log) | _named_by_us(log)
    for entry in entries:
        if not {(entry["channel"], name) for name in _names(entry)} & ordered:
            yield (
                f"the partner's journal has {entry['channel']} {entry['reference']}, "
                "of which the log knows nothing"
            )
    if entries and any(isinstance(fact, facts.Triggered) and fact.drill for fact in log):
        yield "a drill has reached a partner"
    asked = [fact for fact in log if isinstance(fact, facts.PoliceRequested)]
    asked = [fact for fact in asked if not _withdrawn(fact.request_id, log, entries)]
    found = Counter(entry["channel"] for entry in entries)
    gone = [fact for fact in log if isinstance(fact, facts.PartnerUnreachable)]
    if len(asked) > found["police"] + len(gone):
        yield f"the police were asked {len(asked)} times; their journal has {found['police']}"
    for wanted, count in expect.partners.items():
        if found[wanted] != count:
            yield f"expected {count} in the journal of {wanted}; there are {found[wanted]}"


def guardian_messages(entries: Iterable[Entry], message_ids: Collection[UUID]) -> dict[str, int]:
    """What the message centre's own journal says of ``message_ids``, over HTTP and SMPP alike.

    ``sent`` are those that it took, ``failed`` those of which no copy reached a telephone, and
    ``duplicates`` the copies beyond the first that did, or may have.
    """
    by_mark = {mark_of(message_id): message_id for message_id in message_ids}
    copies: dict[UUID, list[bool]] = {}
    for entry in entries:
        message_id = _message_of(entry, by_mark)
        if message_id is not None and message_id in message_ids:
            copies.setdefault(message_id, []).append(entry.get("fate") != "undelivered")
    return {
        "sent": len(copies),
        "failed": sum(not any(reached) for reached in copies.values()),
        "duplicates": sum(max(0, sum(reached) - 1) for reached in copies.values()),
    }


def _message_of(entry: Entry, by_mark: Mapping[int, UUID]) -> UUID | None:
    """Which text message an entry is; None for what is none, or nobody's of ``by_mark``."""
    body = entry["body"]
    if entry["channel"] != Channel.MESSAGE or body.get("route") == "push":
        return None
    said = body.get("message_id")
    return UUID(said) if said else by_mark.get(body.get("mark"))


def _withdrawn(request_id: UUID, log: Iterable[Fact], entries: Iterable[Entry]) -> bool:
    """Whether it was stood down before it was sent, and so never was."""
    sent = (one["body"].get("request_id") for one in entries if one["channel"] == Channel.POLICE)
    return str(request_id) not in sent and any(
        isinstance(fact, PoliceStoodDown) and fact.request_id == request_id for fact in log
    )


def _names(entry: Entry) -> set[str]:
    """By which the log may know a request: the partner's reference, or our id."""
    ours = (entry["body"].get(name) for name in ("message_id", "request_id"))
    return {str(entry["reference"]), *(str(name) for name in ours if name)}


def _told_by_partners(log: Iterable[Fact]) -> set[tuple[str, str]]:
    told: set[tuple[str, str]] = set()
    for fact in log:
        match fact:
            case facts.PoliceAcknowledged() | facts.PatrolArrived() | PoliceAlreadyOnScene():
                told.add((Channel.POLICE, fact.reference))
            case facts.AmbulanceAcknowledged() | facts.AmbulanceArrived():
                told.add((Channel.AMBULANCE, fact.reference))
            case facts.CallPlaced() | facts.CallConnected() | facts.CallEnded() | CallUnanswered():
                told.add((Channel.CALL, fact.call_id))
            case SupervisorPaged():
                told.add((Channel.PAGE, fact.call_id))
            case _:
                continue
    return told


def _named_by_us(log: Iterable[Fact]) -> set[tuple[str, str]]:
    """What partners confirm to nobody: it is known by the id that we gave it."""
    named: set[tuple[str, str]] = set()
    for fact in log:
        match fact:
            case MessageSent(by_text=True):
                named.add((Channel.TEXT, str(fact.message_id)))
            case PoliceStoodDown():
                named.add((Channel.POLICE_STAND_DOWN, str(fact.request_id)))
            case AmbulanceStoodDown():
                named.add((Channel.AMBULANCE_STAND_DOWN, str(fact.request_id)))
            case CallWithdrawn():
                named.add((Channel.HANG_UP, fact.call_id))
            case _:
                continue
    return named
