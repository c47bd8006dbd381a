"""What an erasure means for the sessions of the services: their keys go, and none opens again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from application.safe_return import SafeReturn
from domain.erasure import Erasure
from domain.session_guard import SessionGuard
from domain.watching.track import track_of


def sessions_of(app: SafeReturn, citizen_id: UUID) -> tuple[UUID, ...]:
    """Under whose names the keys of her sessions are kept: their texts' and their tracks'."""
    guard = app.find(SessionGuard, SessionGuard.create_id(citizen_id))
    ever = dict.fromkeys(guard.ever) if guard else ()  # one may have been opened twice
    return tuple(name for one in ever for name in (one, track_of(one)))


def sessions_shut(app: SafeReturn, erasure: Erasure, *, at: datetime) -> SessionGuard:
    """The citizen's guard, which lets nothing more open; the stream's version decides the race."""
    known = app.find(SessionGuard, SessionGuard.create_id(erasure.subject))
    guard = known or SessionGuard.begin_for(erasure.subject, at=at)
    guard.shut(erasure_id=erasure.id, at=at)
    return guard
