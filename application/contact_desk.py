"""What the control rooms may know of conversations, and of whom to contact again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol
from uuid import UUID

from pydantic import BaseModel

from application.access import sealed_parts
from application.context import Context
from application.past import AsOf
from application.reading_desk import DETAIL, ReadingDesk
from domain.geography import DistrictCode

MESSAGES: Final = "report_messages"
FOLLOW_UPS: Final = "follow_ups"


class MessagesView(Protocol):
    def of(self, report_id: UUID, as_of: int | None) -> Sequence[BaseModel]:
        """What was written about the report, oldest first."""
        ...


class FollowUpsView(Protocol):
    def to_do(
        self, districts: frozenset[DistrictCode] | None, as_of: int | None
    ) -> Sequence[BaseModel]:
        """What one of ``districts`` (None: any) sees, what is due or is due first before others."""
        ...

    def of(self, report_id: UUID, as_of: int | None) -> Sequence[BaseModel]:
        """What is to be done for one report."""
        ...


class ContactDesk(ReadingDesk):
    """As the reading desk, for words and plans."""

    def __init__(
        self, *, messages: MessagesView, follow_ups: FollowUpsView, **reading: Any
    ) -> None:
        super().__init__(**reading)
        self._messages = messages
        self._follow_ups = follow_ups

    def messages(
        self,
        context: Context,
        report_id: UUID,
        *,
        as_of: AsOf | None = None,
        after: int | None = None,
        why: str | None = None,
    ) -> list[Mapping[str, Any]]:
        """What was written, opened for the asker; leaves an access record.

        Raises:
            Unknown: there is no such report.
            Forbidden: it is another district's; the refusal is recorded.
        """
        return self._about(context, report_id, MESSAGES, "messages", as_of, after, why)

    def plans(
        self,
        context: Context,
        report_id: UUID,
        *,
        as_of: AsOf | None = None,
        after: int | None = None,
        why: str | None = None,
    ) -> list[Mapping[str, Any]]:
        """When to contact the citizen of one report, and what for; as ``messages``."""
        return self._about(context, report_id, FOLLOW_UPS, "follow_ups", as_of, after, why)

    def follow_ups(
        self,
        context: Context,
        *,
        district: DistrictCode | None = None,
        as_of: AsOf | None = None,
        after: int | None = None,
    ) -> list[Mapping[str, Any]]:
        """The board: whom to contact, and when, without what for: no personal data.

        Raises:
            Forbidden: the asker sees no queue, or not this district's.
        """
        scope = self.queue_scope(context, district)
        self._wait(FOLLOW_UPS, after)
        past = self._past.position(as_of)
        rows = self._stood(FOLLOW_UPS, past, lambda: self._follow_ups.to_do(scope, past))
        return [
            {name: value for name, value in dict(row).items() if name != "note"} for row in rows
        ]

    def _about(  # noqa: PLR0913, PLR0917
        self,
        context: Context,
        report_id: UUID,
        fold: str,
        what: str,
        as_of: AsOf | None,
        after: int | None,
        why: str | None,
    ) -> list[Mapping[str, Any]]:
        self._wait(DETAIL, after)
        self._wait(fold, after)
        row = self._reports.get(report_id, None)
        fields = self.permitted(context, report_id, row, what=what, why=why)
        past = self._past.position(as_of)
        view = self._messages if fold == MESSAGES else self._follow_ups
        found = self._stood(fold, past, lambda: view.of(report_id, past))
        parts = list(sealed_parts(found))
        if parts:
            self._record(context, report_id, fields, parts, what=f"{what}.read", why=why)
        return [self._opened(one) for one in found]
