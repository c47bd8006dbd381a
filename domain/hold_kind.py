"""What can stand against forgetting somebody."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class HoldKind(StrEnum):
    """Why somebody's data stays for now."""

    OPEN_CASE = "open_case"
    """A report of theirs has no outcome yet; follows from the report, nobody places it."""
    PROTECTION = "protection"
    """They are watched over: whoever holds their phone must not end that."""
    IN_SERVICE = "in_service"
    """A scout who still serves; ends when she is discharged, nobody places it."""
    LEGAL = "legal"
    """A court, the police or counsel need it as evidence."""


BY_THEMSELVES: Final = frozenset({HoldKind.OPEN_CASE, HoldKind.IN_SERVICE})
"""They follow from what is, and end with it."""
