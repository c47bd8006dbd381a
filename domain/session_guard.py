"""Which sessions of a citizen are open: at most one of each kind, decided in the append itself."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Aggregate, DomainError, Fact, FirstFact, applies
from domain.session_kind import SessionKind as SessionKind  # noqa: PLC0414 - the guard's own word


class SessionAlreadyOpen(DomainError):
    """The citizen has an open session of this kind; the message is its id."""

    code: ClassVar[str] = "session.already_open"


class NoMemberAnyMore(DomainError):
    """Her erasure is confirmed: she can still raise an alarm, and ask for nothing else."""

    code: ClassVar[str] = "session.no_member"


class Began(FirstFact):
    """The citizen asks for a session for the first time."""

    TOPIC: ClassVar[str] = "session_guard.began"

    citizen_id: UUID


class Opened(Fact):
    TOPIC: ClassVar[str] = "session_guard.opened"

    kind: SessionKind
    session_id: UUID


class Closed(Fact):
    TOPIC: ClassVar[str] = "session_guard.closed"

    session_id: UUID


class Shut(Fact):
    """The citizen's erasure is confirmed; saved in the same append, so that one of both wins."""

    TOPIC: ClassVar[str] = "session_guard.shut"

    erasure_id: UUID


class SessionGuard(Aggregate):
    """Saved together with the session that it lets open or close, so that no two open at once."""

    TOPIC = "session_guard"

    citizen_id: UUID
    open_sessions: dict[SessionKind, UUID]
    ever: tuple[UUID, ...]
    """All sessions that she ever had, oldest first."""
    is_shut: bool

    @staticmethod
    def create_id(citizen_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"/session_guards/{citizen_id}")

    @classmethod
    def begin_for(cls, citizen_id: UUID, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(citizen_id), at=at, citizen_id=citizen_id)

    @property
    def sessions(self) -> tuple[tuple[SessionKind, UUID], ...]:
        """All that are open."""
        return tuple(self.open_sessions.items())

    def session(self, kind: SessionKind) -> UUID | None:
        """The open one of this kind."""
        return self.open_sessions.get(kind)

    def open(self, *, kind: SessionKind, session_id: UUID, at: datetime) -> None:
        """Let a session open; the same once more changes nothing.

        Raises:
            SessionAlreadyOpen: another one of its kind is open.
            NoMemberAnyMore: her erasure came first.
        """
        standing = self.open_sessions.get(kind)
        if standing == session_id:
            return
        if standing is not None:
            raise SessionAlreadyOpen(str(standing))
        if self.is_shut:
            raise NoMemberAnyMore(str(self.citizen_id))
        self.record(Opened, at=at, kind=kind, session_id=session_id)

    def close(self, *, session_id: UUID, at: datetime) -> None:
        """The session is over; nothing changes when it is not open."""
        if session_id in self.open_sessions.values():
            self.record(Closed, at=at, session_id=session_id)

    def shut(self, *, erasure_id: UUID, at: datetime) -> None:
        """Let nothing more open; twice is once."""
        if not self.is_shut:
            self.record(Shut, at=at, erasure_id=erasure_id)

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.citizen_id = fact.citizen_id
        self.open_sessions = {}
        self.ever = ()
        self.is_shut = False

    @applies(Opened)
    def _opened(self, fact: Opened) -> None:
        self.open_sessions = self.open_sessions | {fact.kind: fact.session_id}
        self.ever = (*self.ever, fact.session_id)

    @applies(Closed)
    def _closed(self, fact: Closed) -> None:
        self.open_sessions = {
            kind: one for kind, one in self.open_sessions.items() if one != fact.session_id
        }

    @applies(Shut)
    def _shut(self, _fact: Shut) -> None:
        self.is_shut = True
