"""What a partner has taken in, kept by the partner itself: one line a request, for ever.

On the disk only ids and codes stand: whom the police drove to is nobody's to find in a
simulator's file (not even as a digest, which a list of all numbers would undo).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson
from pydantic import AwareDatetime

from application.outbox import Channel
from domain.base import Value

if TYPE_CHECKING:
    from pathlib import Path

IMPERSONAL: Final = frozenset(
    {
        "call_id",
        "delivery_id",
        "district",
        "message_id",
        "report_id",
        "request_id",
        "requested_at",
        "stood_down_at",
        "unassessed",
        "why",
        "about_district",
        "asked_at",
        "reports",
        "route",
        "mark",
        "alphabet",
        "pieces",
        "kind",
        "inspection_id",
        "notice_id",
        "building",
        "found_at",
    }
)


CALLS: Final = frozenset({Channel.CALL, Channel.HANG_UP, Channel.PAGE})


class Entry(Value):
    """A request that was taken in; repeats under its key changed nothing."""

    received_at: AwareDatetime
    channel: Channel
    idempotency_key: str
    correlation_id: str | None = None
    body: Mapping[str, Any]
    """Whole while the process lives that took it in; from the disk, what is not personal."""
    reference: str

    @property
    def about(self) -> UUID:
        """The report; of what is about none, the check, or the message itself."""
        names = ("report_id", "inspection_id", "message_id")
        return UUID(str(next((self.body[one] for one in names if self.body.get(one)), None)))

    @property
    def answer(self) -> dict[str, str]:
        field = "call_id" if self.channel in CALLS else "reference"
        return {field: self.reference}

    @property
    def for_the_disk(self) -> bytes:
        """One line without a position, a number or a name."""
        kept = {name: self.body[name] for name in sorted(IMPERSONAL & self.body.keys())}
        return self.model_copy(update={"body": kept}).model_dump_json().encode() + b"\n"


class Ended(Value):
    """What became of a message, as a telephone would show it."""

    ended: str
    """Its reference."""
    fate: str


class Journal:
    """Entries by channel and idempotency key, written to ``path`` before they are answered."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._entries: dict[tuple[Channel, str], Entry] = {}
        self._repeats: dict[tuple[Channel, str], int] = {}
        self._fates: dict[str, str] = {}
        if path.exists():
            for line in path.read_bytes().splitlines():
                self._recall(line)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def close(self) -> None:
        os.close(self._file)

    def repeat_of(self, channel: Channel, key: str) -> Entry | None:
        """The entry under this key, its repeat counted; None for a new key."""
        entry = self._entries.get((channel, key))
        if entry is not None:
            self._repeats[channel, key] += 1
        return entry

    def take_in(self, entry: Entry) -> None:
        """Keep a new entry, on the disk first."""
        os.write(self._file, entry.for_the_disk)
        os.fsync(self._file)
        self._remember(entry)

    def ended(self, reference: str, fate: str) -> None:
        """Keep what became of a message."""
        os.write(self._file, Ended(ended=reference, fate=fate).model_dump_json().encode() + b"\n")
        self._fates[reference] = fate

    def fate(self, reference: str) -> str | None:
        """What became of it; None while it is under way, or unknown."""
        return self._fates.get(reference)

    def listing(self) -> bytes:
        """All entries in order of arrival, as JSON, with how often each was repeated."""
        return orjson.dumps(
            [
                {
                    **entry.model_dump(mode="json"),
                    "answer": entry.answer,
                    "repeats": self._repeats[place],
                    "fate": self._fates.get(entry.reference),
                }
                for place, entry in self._entries.items()
            ]
        )

    def _recall(self, line: bytes) -> None:
        if line.startswith(b'{"ended"'):
            ended = Ended.model_validate_json(line)
            self._fates[ended.ended] = ended.fate
        else:
            self._remember(Entry.model_validate_json(line))

    def _remember(self, entry: Entry) -> None:
        place = (entry.channel, entry.idempotency_key)
        self._entries[place] = entry
        self._repeats[place] = 0
