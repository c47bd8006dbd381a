"""Who saw whose data: for auditors, and for each person herself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from pydantic import AwareDatetime

from application.access import AccessKind, Task, task_of
from application.access_book import AccessBook, AccessQuestion, AccessRecord
from application.context import Context
from application.errors import Forbidden
from application.ports import AccessLog
from application.safe_return import SafeReturn
from domain.base import Value
from domain.geography import CITY, DistrictCode
from domain.language import Language
from domain.member import Member
from domain.message import RecipientKind
from domain.roles import Role

MAY_AUDIT: Final = frozenset({Role.AUDITOR, Role.SYSTEM})
RECEIPT_ENTRIES_MAX: Final = 100


class Seen(Value):
    """One line of a person's receipt: by which office, never by which person."""

    id: int
    at: AwareDatetime
    kind: AccessKind
    role: Role
    centre: DistrictCode
    what: str
    """A word of the catalogue: what was seen."""
    why: str
    """A word of the catalogue: the task it was seen for."""
    recipient: str | None
    """Of a provision."""
    purpose: str | None
    report_id: UUID | None


class AccessReceipt(Value):
    """``before`` goes on from here; None at the end."""

    language: Language
    entries: tuple[Seen, ...]
    before: int | None


class AccessDesk:
    """Looks into the records; to look is itself recorded."""

    def __init__(self, app: SafeReturn, book: AccessBook, access_log: AccessLog) -> None:
        self._app = app
        self._book = book
        self._access_log = access_log

    def asked(
        self, context: Context, question: AccessQuestion, *, why: str | None = None
    ) -> Sequence[AccessRecord]:
        """The records of one person, or of one report.

        Raises:
            Forbidden: the asker is no auditor; that is recorded too.
        """
        allowed = context.principal.role in MAY_AUDIT
        self._access_log.record(
            context,
            subject=question.subject,
            what="access.read" if allowed else "access.refused",
            why=why or "audit",
            kind=AccessKind.READ if allowed else AccessKind.REFUSAL,
            task=Task.OVERSIGHT,
        )
        if not allowed:
            raise Forbidden(context.principal.role)
        return self._book.asked(question)

    def receipt(
        self, context: Context, *, before: int | None = None, limit: int = RECEIPT_ENTRIES_MAX
    ) -> AccessReceipt:
        """What was seen of the asker, and to whom it was given, the newest first.

        Raises:
            Forbidden: nobody but a citizen has such a receipt.
        """
        if context.principal.role is not Role.CITIZEN:
            raise Forbidden(context.principal.role)
        citizen_id = UUID(context.principal.id)
        self._access_log.record(
            context, subject=citizen_id, what="receipt.read", why="receipt", task=Task.SELF
        )
        member = self._app.find(Member, citizen_id)
        limit = min(limit, RECEIPT_ENTRIES_MAX)
        found = self._book.seen_of(citizen_id, before, limit + 1)
        return AccessReceipt(
            language=member.language if member else Language.KO,
            entries=tuple(seen(record) for record in found[:limit]),
            before=found[limit - 1].id if len(found) > limit else None,
        )


WHAT: Final[Mapping[str, str]] = {
    "report.read": "report",
    "history.read": "history",
    "position": "position",
    "position.read": "position",
    "card.read": "card",
    "clip.read": "clip",
    "phone": "phone",
    "messages.read": "messages",
    "follow_ups.read": "follow_ups",
    "taxi.read": "ride",
    **dict.fromkeys(
        ("taxi.boarded", "taxi.boarded_no_plate", "taxi.alighted", "taxi.alighted_no_plate"),
        "position",
    ),
    "guardian.emergency": "alarm",
    "guardian.code": "name",
    "legal_guardian.joined": "name",
}
"""What stands in records, in the words of a receipt; anything else is ``record``."""

NOT_TO_RESCUE: Final = frozenset({"guardian.code", "legal_guardian.joined"})
"""What is told to somebody because a member joined, or named her."""


def seen(record: AccessRecord) -> Seen:
    """The record without who it was, and without what somebody wrote in his own words."""
    provided = record.kind is AccessKind.PROVISION
    role = _role(record.actor)
    task = record.task or (Task.RESPONSE if provided else task_of(role))
    return Seen(
        id=record.id,
        at=record.at,
        kind=record.kind,
        role=role,
        centre=record.district or CITY,
        what=_what(record),
        why=task.value,
        recipient=record.recipient if provided else None,
        purpose=_purpose(record) if provided else None,
        report_id=record.about,
    )


def _purpose(record: AccessRecord) -> str | None:
    """Guardians are told so that they know her safe; everybody else is to help her."""
    if record.what in NOT_TO_RESCUE:
        return None
    return "safety" if record.recipient == RecipientKind.GUARDIAN else "rescue"


def _what(record: AccessRecord) -> str:
    by_kind: dict[Any, str] = {AccessKind.CAMERA: "camera", AccessKind.EXPORT: "export"}
    return by_kind.get(record.kind) or WHAT.get(record.what, "record")


def _role(actor: str) -> Role:
    name = actor.partition(":")[0]
    return Role(name) if name in set(Role) else Role.SYSTEM
