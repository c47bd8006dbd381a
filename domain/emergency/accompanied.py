"""The sessions in which she was watched when she raised: their context is the report's, too."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.base import Fact, applies
from domain.emergency.state import EmergencyState
from domain.emergency.vocabulary import Stage
from domain.session_kind import SessionKind


class SessionNamed(Fact):
    """While this report is open its citizen has an open session, which knows of it."""

    TOPIC: ClassVar[str] = "emergency.session_named"

    kind: SessionKind
    session_id: UUID


class Accompanied(EmergencyState):
    """Told by whoever saves both."""

    sessions: tuple[tuple[SessionKind, UUID], ...] = ()

    @property
    def concerns_sessions(self) -> bool:
        """Whether her sessions are to know: a real report that was accepted, of a known citizen."""
        live = self.stage in {Stage.OPEN, Stage.CLAIMED}
        return live and not self.drill and self.citizen_id is not None

    def name_session(self, kind: SessionKind, session_id: UUID, *, at: datetime) -> None:
        """Know of a session; twice is once."""
        if (kind, session_id) not in self.sessions:
            self.record(SessionNamed, at=at, kind=kind, session_id=session_id)

    @applies(SessionNamed)
    def _session_named(self, fact: SessionNamed) -> None:
        self.sessions = (*self.sessions, (fact.kind, fact.session_id))
