"""Where the sessions of the services go, beside the log, for as long as they are open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.watching.fix import Fix


class Tracks(Protocol):
    """One transient table; of each walker at most one position in ``Policy.fix_gap_s``."""

    def keep(self, session_id: UUID, walker_id: UUID, fixes: Sequence[Fix]) -> int:
        """Keep those that bring something new; how many did.

        Args:
            session_id: whose key seals them.
            walker_id: who goes: the citizen, or one of her scouts.
            fixes: in any order.
        """
        ...

    def recent(self, session_id: UUID, walker_id: UUID, since: datetime) -> Sequence[Fix]:
        """Those taken after then, oldest first."""
        ...

    def forget(self, session_id: UUID) -> int:
        """Delete all of a session; how much it was."""
        ...

    def purge(self) -> int:
        """Delete what is older than ``Policy.live_positions_s``; how much it was."""
        ...
