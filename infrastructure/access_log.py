"""Who read whose personal data, what, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.access import Access, AccessKind, Task
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from application.context import Context
    from infrastructure.database import Database

RECORD: Final = (
    "CALL record_access_durably(%s, %s, %s, %s, %s,"
    " %s::text[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[])"
)


class PostgresAccessLog:
    """Adds to a chain of records that the service role can never change again."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        """See ``application.ports.AccessLog``."""
        access = Access(
            subject=subject,
            what=what,
            why=why,
            kind=kind,
            about=about,
            task=task,
            recipient=recipient,
        )
        self.record_all(context, [access])

    def record_all(self, context: Context, accesses: Sequence[Access]) -> None:
        """See ``application.ports.AccessLog``; the records are on the disk when this returns.

        Raises:
            LogUnavailable: nothing was kept, so nothing may be shown.
        """
        if not accesses:
            return
        who = context.principal
        with told_when_away(), self._database.connection() as connection:
            connection.execute(
                RECORD,
                (
                    who.actor,
                    context.account,
                    who.district,
                    context.address,
                    context.correlation_id,
                    *_columns(accesses),
                ),
                prepare=True,
            )


def _columns(accesses: Sequence[Access]) -> tuple[list[object], ...]:
    """The arrays of one call, an element for each access."""
    return (
        [access.kind.value for access in accesses],
        [access.subject for access in accesses],
        [access.what for access in accesses],
        [access.why for access in accesses],
        [access.about for access in accesses],
        [None if access.task is None else access.task.value for access in accesses],
        [access.recipient for access in accesses],
    )
