"""How a call ended, as its provider says."""

from __future__ import annotations

from enum import StrEnum


class CallEnd(StrEnum):
    HUNG_UP = "hung_up"
    UNANSWERED = "unanswered"
    FAILED = "failed"
