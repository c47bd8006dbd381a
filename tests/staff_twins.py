"""Log-ins and sessions in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from application.ports import Credential, Session


@dataclass
class MemoryStaffAccounts:
    credentials: dict[str, Credential] = field(default_factory=dict)
    sessions: dict[bytes, Session] = field(default_factory=dict)
    failed_at: dict[str, list[datetime]] = field(default_factory=dict)

    def reserve(self, login: str, staff_id: UUID) -> Credential:
        free = Credential(login=login, staff_id=staff_id, password_hash=None, disabled=False)
        return self.credentials.setdefault(login, free)

    def activate(self, login: str, password_hash: str) -> None:
        held = self.credentials[login]
        if held.password_hash is None:
            changed = held.model_copy(update={"password_hash": password_hash})
            self.credentials[login] = changed

    def credential(self, login: str) -> Credential | None:
        return self.credentials.get(login)

    def log_ins(self) -> list[Credential]:
        return [one for _, one in sorted(self.credentials.items()) if one.password_hash]

    def disable(self, staff_id: UUID) -> None:
        for login, held in self.credentials.items():
            if held.staff_id == staff_id:
                self.credentials[login] = held.model_copy(update={"disabled": True})
        self.close_sessions(staff_id)

    def open_session(self, session: Session) -> None:
        self.sessions[session.token_sha256] = session

    def session(self, token_sha256: bytes, at: datetime) -> Session | None:
        found = self.sessions.get(token_sha256)
        return found if found is not None and found.expires_at > at else None

    def close_session(self, token_sha256: bytes) -> None:
        self.sessions.pop(token_sha256, None)

    def close_sessions(self, staff_id: UUID) -> None:
        self.sessions = {k: s for k, s in self.sessions.items() if s.staff_id != staff_id}

    def failed(self, login: str, at: datetime) -> None:
        self.failed_at.setdefault(login, []).append(at)

    def failures(self, login: str, since: datetime) -> tuple[datetime, ...]:
        return tuple(sorted(at for at in self.failed_at.get(login, []) if at > since))


class PlainPasswords:
    """Remembers every check, so that a test can see that one was made."""

    def __init__(self) -> None:
        self.checked: list[str] = []

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def verify(self, hashed: str, password: str) -> bool:
        self.checked.append(hashed)
        return hashed == self.hash(password)
