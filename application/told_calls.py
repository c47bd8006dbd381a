"""Whoever had somebody called, and is told the course of the call."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from application.context import Context
from application.safe_return import Receipt
from domain.call_end import CallEnd


class ToldCalls(Protocol):
    """Each told twice changes nothing more. Raises Unknown: the case is not one of theirs."""

    def call_connected(
        self,
        case_id: UUID,
        call_id: str,
        context: Context,
        /,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt: ...

    def call_ended(  # noqa: PLR0913 (a call says which, how, how long and when)
        self,
        case_id: UUID,
        call_id: str,
        end: CallEnd,
        talked_s: float,
        context: Context,
        /,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt: ...
