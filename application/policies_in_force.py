"""Which numbers are in force: read by desks at the moment of a decision, never kept by them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from application.safe_return import SafeReturn
from domain.policy import Policy
from domain.policy_book import PolicyBook

LOOK_EVERY_S: Final = 1.0
"""Half of what a change waits for before it is in force (``domain.policy_book.IN_FORCE_AFTER``)."""


class Policies(Protocol):
    """A ``Policy`` is one that is always in force."""

    def at(self, moment: datetime) -> Policy:
        """The numbers that are in force at a moment, which is about now."""
        ...


class PoliciesInForce:
    """The release's numbers, and the city's changes upon them.

    Args:
        app: holds the book.
        base: the numbers of the release.
        running_s: seconds that only grow.
    """

    def __init__(self, app: SafeReturn, base: Policy, running_s: Callable[[], float]) -> None:
        self._app = app
        self._base = base
        self._running_s = running_s
        self._book: PolicyBook | None = None
        self._changed: tuple[int, Policy] = (0, base)
        """How many changes are in force, and what the numbers are with them."""
        self._look_at_s = float("-inf")

    def at(self, moment: datetime) -> Policy:
        """As ``Policies`` has it.

        Raises:
            LogUnavailable: the book cannot be read; nothing could be stored either.
        """
        now_s = self._running_s()
        if now_s >= self._look_at_s:
            self._book = self._app.find(PolicyBook, PolicyBook.ID)
            self._look_at_s = now_s + LOOK_EVERY_S
        book = self._book
        if book is None:
            return self._base
        count, policy = self._changed
        if book.in_force(moment) != count:
            count, policy = book.in_force(moment), book.at(moment, self._base)
            self._changed = count, policy
        return policy
