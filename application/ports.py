"""What the application needs from outside, in the domain's words.

Every adapter passes the contract test of its port in ``tests/contracts``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from pydantic import Field

from application.access import Access, AccessKind, Task
from application.context import Context, Idempotency
from application.partner_requests import IncidentAt
from domain.base import SealedPart, Value
from domain.checkpoint import SignedCheckpoint
from domain.geography import Cell, DistrictCode, Position
from domain.roles import Role


class Clock(Protocol):
    def now(self) -> datetime:
        """The database's time in UTC, as well as this process knows it (± its sampled offset)."""
        ...


class Located(Value):
    """What the map says of a position."""

    district: DistrictCode
    cell: Cell | None
    outside: bool
    """True when no district holds the point and none lies within 200 m."""
    depth_m: float = 0.0
    """From the nearest border: how deep inside its district, or how far out of the city; 0 where
    the map is not sure."""


class Districts(Protocol):
    """The 25 districts: a position's own, and a district's neighbours."""

    def locate(self, position: Position) -> Located:
        """The district of ``position``; ``CITY`` when it lies in none."""
        ...

    def neighbours(self, district: DistrictCode) -> tuple[DistrictCode, ...]:
        """Districts that share a border, longest border first; empty for ``CITY``."""
        ...

    def codes(self) -> Mapping[DistrictCode, str]:
        """Every district's code and its Korean name."""
        ...


class StoredReceipt(Value):
    """What was answered to a command the first time."""

    receipt: str
    position: int | None
    body_sha256: bytes


class Receipts(Protocol):
    def find(self, principal_id: str, idempotency: Idempotency) -> StoredReceipt | None:
        """The answer that this principal once got under this key; None when there is none."""
        ...


class AccessLog(Protocol):
    """Who looked at whose data, what, why, when and from where, in a chain of its own.

    Safety-measures standard, art. 8 (account, time, place, subject handled, task).
    """

    def record(  # noqa: PLR0913
        self,
        context: Context,
        *,
        subject: UUID,
        what: str,
        why: str,
        kind: AccessKind = AccessKind.READ,
        about: UUID | None = None,
        task: Task | None = None,
        recipient: str | None = None,
    ) -> None:
        """Keep one access; durable before the data is handed out. See ``Access``."""
        ...

    def record_all(self, context: Context, accesses: Sequence[Access]) -> None:
        """Keep all accesses of one request at once, at the cost of one."""
        ...


class Unsealer(Protocol):
    def unseal(self, part: SealedPart) -> Mapping[str, Any] | None:
        """The personal fields of one sealed part; None when the subject's key is destroyed.

        Raises:
            KeyRingUnavailable: the key ring cannot be read at all.
        """
        ...


class Secrets(Protocol):
    """The one source of chance: ids and secrets are drawn here and handed in."""

    def new_id(self) -> UUID: ...

    def new_secret(self) -> str:
        """256 random bits, safe in a URL."""
        ...


class Session(Value):
    """A staff member's stay after a log-in, known by the SHA-256 of its token."""

    token_sha256: bytes
    staff_id: UUID
    role: Role
    district: DistrictCode | None
    created_at: datetime
    expires_at: datetime


class Credential(Value):
    """``password_hash`` is None while the log-in is only reserved."""

    login: str
    staff_id: UUID
    password_hash: str | None
    disabled: bool


class StaffAccounts(Protocol):
    """Log-ins and sessions: kept beside the log, because none of it is a fact."""

    def reserve(self, login: str, staff_id: UUID) -> Credential:
        """Hold the log-in for ``staff_id``; who holds it already is returned unchanged."""
        ...

    def activate(self, login: str, password_hash: str) -> None:
        """Give a reserved log-in its password; one that has a password keeps it."""
        ...

    def credential(self, login: str) -> Credential | None: ...

    def log_ins(self) -> Sequence[Credential]:
        """All log-ins that have a password, by name."""
        ...

    def disable(self, staff_id: UUID) -> None:
        """Refuse all further log-ins of this person and end the sessions."""
        ...

    def open_session(self, session: Session) -> None: ...

    def session(self, token_sha256: bytes, at: datetime) -> Session | None:
        """The session that lives at that moment; None when it has ended."""
        ...

    def close_session(self, token_sha256: bytes) -> None: ...

    def close_sessions(self, staff_id: UUID) -> None: ...

    def failed(self, login: str, at: datetime) -> None:
        """Remember a failed log-in, for as long as ``failures`` looks back."""
        ...

    def failures(self, login: str, since: datetime) -> tuple[datetime, ...]:
        """Moments of failed log-ins, the oldest first."""
        ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...

    def verify(self, hashed: str, password: str) -> bool:
        """Takes as long for an unknown person (pass any hash) as for a known one."""
        ...


class HelpRequest(Value):
    """What the police or an ambulance are told; leaves the house, is never stored."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    """Goes along in a header, not in the message."""
    request_id: UUID
    report_id: UUID
    requested_at: datetime
    unassessed: bool
    position: Position | None
    """The reporter's, where she was last seen."""
    accuracy_m: float | None
    incident: IncidentAt | None = None
    """None while it is taken to happen where the reporter is."""
    district: DistrictCode
    """Whose centre has the report."""


class CallRequest(Value):
    """A call between the control room and the citizen; never stored."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    """As in ``HelpRequest``."""
    report_id: UUID
    district: DistrictCode
    phone: str
    language: str


class StandDownRequest(Value):
    """That help is no longer needed; names no place."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    """As in ``HelpRequest``."""
    request_id: UUID
    report_id: UUID
    reference: str | None
    """The partner's own; None while they have given none."""
    why: str
    stood_down_at: datetime


class HelpPartner(Protocol):
    """The police (112) or the ambulance (119)."""

    def stand_down(self, request: StandDownRequest) -> str:
        """Tell them that they need not come; returns their reference of it.

        Repeats and errors as for ``request``; a request that never reached them may be named.
        """
        ...

    def request(self, request: HelpRequest) -> str:
        """Ask them to come; returns their reference.

        The same ``delivery_id`` asks once, however often it is sent.

        Raises:
            PartnerRefused: they said no, for good.
            PartnerUnavailable: nothing is known to have arrived; repeat with the same id.
        """
        ...


class CallPartner(Protocol):
    def place(self, request: CallRequest) -> str:
        """Have the provider connect control room and citizen; returns the provider's call id.

        Repeats and errors as for ``HelpPartner``.
        """
        ...


Tree = Literal["facts", "access"]


class Witness(Protocol):
    """Who keeps checkpoints out of reach of whoever rules our database.

    A witness only ever takes more: it keeps every signed checkpoint, and of both trees the
    leaves (the rows' 32-byte chain hashes), so that even a wholly recomputed log is found out
    at its first forged row.
    """

    @property
    def name(self) -> str:
        """Its address, without secrets; for log lines and messages."""
        ...

    def publish(self, signed: SignedCheckpoint, facts_leaves: bytes, access_leaves: bytes) -> None:
        """Keep a checkpoint and the leaves since the one this witness holds as its latest.

        To publish once more what it holds already does nothing.

        Raises:
            WitnessRefused: it holds other content under this number, or this does not continue
                what it holds.
            WitnessUnavailable: nothing is known to have arrived; publish again.
        """
        ...

    def latest(self) -> SignedCheckpoint | None:
        """Its newest checkpoint, None when it has none; raises ``WitnessUnavailable``."""
        ...

    def get(self, number: int) -> SignedCheckpoint | None: ...

    def leaves(self, tree: Tree, start: int, count: int) -> bytes:
        """Chain hashes from index ``start`` (from 0) on, joined; fewer when it has no more."""
        ...
