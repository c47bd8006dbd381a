"""One session of a service, and all that happened to it, for whom its board tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from application.board_desk import BOARD
from application.context import Context
from application.reading_desk import ReadingDesk

PROTECTION: Final = "protection"


class SessionReading(ReadingDesk):
    """A report's page and history, of a session: the board's row says who may read them."""

    DETAIL: ClassVar[str] = BOARD

    def _may_read(self, context: Context, fields: Mapping[str, Any]) -> bool:
        """Protections have a door of their own: their district may not read them for that alone."""
        return fields.get("kind") != PROTECTION and super()._may_read(context, fields)
