"""The desk for scout escorts: one list of commands, in the parts that ask for them."""

from __future__ import annotations

from application.escort.control import Control


class EscortDesk(Control):
    """Citizens book, scouts meet and walk, centres watch, timers ask."""
