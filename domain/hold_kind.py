"""What can stand against forgetting somebody."""

from __future__ import annotations

from enum import StrEnum


class HoldKind(StrEnum):
    """Why somebody's data stays for now."""

    OPEN_CASE = "open_case"
    """A report of theirs has no outcome yet; follows from the report, nobody places it."""
    PROTECTION = "protection"
    """They are watched over: whoever holds their phone must not end that."""
    LEGAL = "legal"
    """A court, the police or counsel need it as evidence."""
