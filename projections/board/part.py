"""What one service says of its sessions on the board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from projections.board.row import BoardRow
from projections.fold import Changes

Follow = Callable[[BoardRow, Any], Changes]


@dataclass(frozen=True, slots=True)
class BoardPart:
    """One service's.

    ``kind`` is the beginning of its topics. ``begun`` makes a row of the fact that begins a
    session, and None of any other; ``following`` tells by topic what a later fact changes. Since
    when a row is as urgent as it is, and its newest fact, are kept by the board.
    """

    kind: str
    begun: Callable[[Any], BoardRow | None]
    following: Mapping[str, Follow]
