"""Who works here, and whether the person at the door is one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints

from application.context import Context, Principal
from application.desk import Desk, allow
from application.errors import TooManyAttempts, Unauthenticated, Unknown
from application.ports import Passwords, Secrets, Session, StaffAccounts
from application.safe_return import Receipt
from domain.base import DomainError, Value
from domain.geography import DistrictCode
from domain.roles import Role
from domain.staff import StaffMember

SESSION_LASTS = timedelta(hours=12)
"""A night shift with its handover."""
FAILURES_MAX = 10
FAILURES_WITHIN = timedelta(minutes=5)

Login = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,63}$")]


class LoginTaken(DomainError):
    code: ClassVar[str] = "staff.login_taken"


class EnrollStaff(Value):
    """Take a person into service, with a log-in."""

    login: Login
    password: SecretStr = Field(min_length=8, max_length=200)
    name: str = Field(min_length=1, max_length=100)
    role: Role
    district: DistrictCode | None = None


class MoveStaff(Value):
    staff_id: UUID
    role: Role
    district: DistrictCode | None = None


class DismissStaff(Value):
    staff_id: UUID


class ListedStaff(Value):
    """Who can log in; names are sealed, and no part of it."""

    login: str
    staff_id: UUID
    role: Role
    district: DistrictCode | None
    left: bool


class OpenSession(Value):
    """An opened session; the only place where its token is ever seen."""

    token: str
    principal: Principal
    expires_in_s: float


class StaffDesk(Desk):
    """Enrols, moves and dismisses staff; opens and closes their sessions."""

    def __init__(
        self, *desk: Any, accounts: StaffAccounts, passwords: Passwords, secrets: Secrets
    ) -> None:
        super().__init__(*desk)
        self._accounts = accounts
        self._passwords = passwords
        self._secrets = secrets

    def enroll(self, command: EnrollStaff, context: Context) -> Receipt:
        """Take a person into service; a repeat after a crash completes what was begun.

        Raises:
            Forbidden: only an administrator or the system may.
            LoginTaken: another person has this log-in.
            DomainError: role and district do not fit.
        """
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)

        def attempt() -> Receipt:
            held = self._accounts.reserve(command.login, self._secrets.new_id())
            if held.password_hash is not None:
                raise LoginTaken(command.login)
            found = self._app.find(StaffMember, held.staff_id)
            if found is not None and not _same_person(found, command):
                raise LoginTaken(command.login)
            person = found or StaffMember.enroll(
                staff_id=held.staff_id,
                name=command.name,
                role=command.role,
                district=command.district,
                at=self._clock.now(),
            )
            return self._app.commit(
                [person], context=context, receipt=Receipt(aggregate_id=person.id)
            )

        receipt = self._decide(context, Receipt, attempt)
        self._accounts.activate(
            command.login, self._passwords.hash(command.password.get_secret_value())
        )
        return receipt

    def move(self, command: MoveStaff, context: Context) -> Receipt:
        """Give a person another post; open sessions end, because their rights have changed."""
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)

        def attempt() -> Receipt:
            person = self._app.load(StaffMember, command.staff_id)
            person.move(role=command.role, district=command.district, at=self._clock.now())
            return self._app.commit(
                [person], context=context, receipt=Receipt(aggregate_id=person.id)
            )

        receipt = self._decide(context, Receipt, attempt)
        self._accounts.close_sessions(command.staff_id)
        return receipt

    def leave(self, command: DismissStaff, context: Context) -> Receipt:
        """End a person's service, log-in and sessions."""
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)

        def attempt() -> Receipt:
            person = self._app.load(StaffMember, command.staff_id)
            person.leave(at=self._clock.now())
            return self._app.commit(
                [person], context=context, receipt=Receipt(aggregate_id=person.id)
            )

        receipt = self._decide(context, Receipt, attempt)
        self._accounts.disable(command.staff_id)
        return receipt

    def listed(self, context: Context) -> Sequence[ListedStaff]:
        """Everybody with a log-in, by its name."""
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)
        known = (
            (one, self._app.find(StaffMember, one.staff_id)) for one in self._accounts.log_ins()
        )
        return [
            ListedStaff(
                login=one.login,
                staff_id=person.id,
                role=person.role,
                district=person.district,
                left=person.left,
            )
            for one, person in known
            if person is not None
        ]

    def staff_id_of(self, login: str, context: Context) -> UUID:
        """Whose log-in it is.

        Raises:
            Unknown: nobody's who can log in.
        """
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)
        known = self._accounts.credential(login)
        if known is None or known.password_hash is None or known.disabled:
            raise Unknown(f"nobody logs in as {login!r}: `ansim staff list` shows who does")
        return known.staff_id

    def log_in(self, login: str, password: str) -> OpenSession:
        """Open a session of twelve hours.

        Raises:
            Unauthenticated: wrong name or password; which of them is not said.
            TooManyAttempts: ten failures within five minutes under this name.
        """
        now = self._clock.now()
        failures = self._accounts.failures(login, now - FAILURES_WITHIN)
        if len(failures) >= FAILURES_MAX:
            again_at = failures[-FAILURES_MAX] + FAILURES_WITHIN
            raise TooManyAttempts((again_at - now).total_seconds())
        known = self._accounts.credential(login)
        hashed = known.password_hash if known and known.password_hash else self._nobodys_hash
        fits = self._passwords.verify(hashed, password)
        if not fits or known is None or known.password_hash is None or known.disabled:
            self._accounts.failed(login, now)
            raise Unauthenticated("wrong name or password")
        person = self._app.load(StaffMember, known.staff_id)
        token = self._secrets.new_secret()
        session = Session(
            token_sha256=_sha256(token),
            staff_id=person.id,
            role=person.role,
            district=person.district,
            created_at=now,
            expires_at=now + SESSION_LASTS,
        )
        self._accounts.open_session(session)
        return OpenSession(
            token=token, principal=_principal(session), expires_in_s=SESSION_LASTS.total_seconds()
        )

    def log_out(self, token: str) -> None:
        self._accounts.close_session(_sha256(token))

    def principal_of(self, token: str) -> Principal:
        """Whose token it is.

        Raises:
            Unauthenticated: no living session has this token.
        """
        session = self._accounts.session(_sha256(token), self._clock.now())
        if session is None:
            raise Unauthenticated("no such session")
        return _principal(session)

    @cached_property
    def _nobodys_hash(self) -> str:
        """Checked in place of an unknown person's, so that both answers take as long."""
        return self._passwords.hash(self._secrets.new_secret())


def _same_person(person: StaffMember, command: EnrollStaff) -> bool:
    return (person.name, person.role, person.district) == (
        command.name,
        command.role,
        command.district,
    )


def _principal(session: Session) -> Principal:
    return Principal(id=str(session.staff_id), role=session.role, district=session.district)


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
