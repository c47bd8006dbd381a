"""Log-ins and sessions in PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from application.ports import Credential, Session
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from infrastructure.database import Connection, Database

FAILURES_KEPT = timedelta(hours=1)


class PostgresStaffAccounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def _asked(self) -> Iterator[Connection]:
        with told_when_away(), self._database.connection() as connection:
            yield connection

    def reserve(self, login: str, staff_id: UUID) -> Credential:
        with self._asked() as connection:
            connection.execute(
                "INSERT INTO staff_credentials (login, staff_id) VALUES (%s, %s)"
                " ON CONFLICT (login) DO NOTHING",
                (login, staff_id),
            )
        held = self.credential(login)
        if held is None:
            raise LookupError(login)
        return held

    def activate(self, login: str, password_hash: str) -> None:
        with self._asked() as connection:
            connection.execute(
                "UPDATE staff_credentials SET password_hash = %s"
                " WHERE login = %s AND password_hash IS NULL",
                (password_hash, login),
            )

    def credential(self, login: str) -> Credential | None:
        with self._asked() as connection:
            row = connection.execute(
                "SELECT login, staff_id, password_hash, disabled"
                " FROM staff_credentials WHERE login = %s",
                (login,),
            ).fetchone()
        if row is None:
            return None
        return Credential(login=row[0], staff_id=row[1], password_hash=row[2], disabled=row[3])

    def log_ins(self) -> list[Credential]:
        with self._asked() as connection:
            rows = connection.execute(
                "SELECT login, staff_id, password_hash, disabled FROM staff_credentials"
                " WHERE password_hash IS NOT NULL ORDER BY login"
            ).fetchall()
        return [
            Credential(login=row[0], staff_id=row[1], password_hash=row[2], disabled=row[3])
            for row in rows
        ]

    def disable(self, staff_id: UUID) -> None:
        with self._asked() as connection, connection.transaction():
            connection.execute(
                "UPDATE staff_credentials SET disabled = true WHERE staff_id = %s", (staff_id,)
            )
            connection.execute("DELETE FROM staff_sessions WHERE staff_id = %s", (staff_id,))

    def open_session(self, session: Session) -> None:
        with self._asked() as connection, connection.transaction():
            connection.execute(
                "DELETE FROM staff_sessions WHERE expires_at < %s", (session.created_at,)
            )
            connection.execute(
                "INSERT INTO staff_sessions"
                " (token_sha256, staff_id, role, district, created_at, expires_at)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    session.token_sha256,
                    session.staff_id,
                    session.role,
                    session.district,
                    session.created_at,
                    session.expires_at,
                ),
            )

    def session(self, token_sha256: bytes, at: datetime) -> Session | None:
        with self._asked() as connection:
            row = connection.execute(
                "SELECT staff_id, role, district, created_at, expires_at"
                " FROM staff_sessions WHERE token_sha256 = %s AND expires_at > %s",
                (token_sha256, at),
            ).fetchone()
        if row is None:
            return None
        return Session(
            token_sha256=token_sha256,
            staff_id=row[0],
            role=row[1],
            district=row[2],
            created_at=row[3],
            expires_at=row[4],
        )

    def close_session(self, token_sha256: bytes) -> None:
        with self._asked() as connection:
            connection.execute(
                "DELETE FROM staff_sessions WHERE token_sha256 = %s", (token_sha256,)
            )

    def close_sessions(self, staff_id: UUID) -> None:
        with self._asked() as connection:
            connection.execute("DELETE FROM staff_sessions WHERE staff_id = %s", (staff_id,))

    def failed(self, login: str, at: datetime) -> None:
        with self._asked() as connection, connection.transaction():
            connection.execute("INSERT INTO staff_login_failures VALUES (%s, %s)", (login, at))
            connection.execute(
                "DELETE FROM staff_login_failures WHERE failed_at < %s", (at - FAILURES_KEPT,)
            )

    def failures(self, login: str, since: datetime) -> tuple[datetime, ...]:
        with self._asked() as connection:
            rows = connection.execute(
                "SELECT failed_at FROM staff_login_failures"
                " WHERE login = %s AND failed_at > %s ORDER BY failed_at",
                (login, since),
            ).fetchall()
        return tuple(row[0] for row in rows)
