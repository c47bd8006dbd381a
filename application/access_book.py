"""What the access records say when they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Protocol
from uuid import UUID

from pydantic import AwareDatetime

from application.access import AccessKind, Task
from domain.base import Value
from domain.geography import DistrictCode
from domain.policy import SEOUL

ENTRIES_MAX: Final = 500
MOST_READ: Final = 3


class AccessRecord(Value):
    """One record as it stands in the chain, without its hash."""

    id: int
    at: AwareDatetime
    kind: AccessKind
    actor: str
    account: str | None
    district: DistrictCode | None
    address: str | None
    subject: UUID
    what: str
    why: str
    about: UUID | None
    task: Task | None
    recipient: str | None
    correlation_id: UUID


class AccessQuestion(Value):
    """Which records; the newest first. ``before`` is the id to go on from."""

    subject: UUID
    actor: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    before: int | None = None
    limit: int = ENTRIES_MAX


class ReadSubject(Value):
    subject: UUID
    reads: int


class AccountReads(Value):
    """What one account did in a month."""

    actor: str
    account: str | None
    district: DistrictCode | None
    reads: int
    subjects: int
    refusals: int
    out_of_hours: int
    """Outside Monday to Friday, 08:00 to 20:00 in Seoul; for offices only, since control rooms
    and the machine's own deliveries work round the clock."""
    without_open_case: int
    """Looks into a report, by those who answer reports, before it was raised or after its end."""
    exports: int
    provisions: int
    most_read: tuple[ReadSubject, ...]


class ExportMade(Value):
    at: AwareDatetime
    actor: str
    account: str | None
    about: UUID | None
    subject: UUID
    why: str
    recipient: str | None


class Month(Value):
    """A calendar month in Seoul."""

    first: date

    @property
    def begins_at(self) -> datetime:
        return datetime(self.first.year, self.first.month, 1, tzinfo=SEOUL)

    @property
    def ends_at(self) -> datetime:
        years, month = divmod(self.first.month, 12)
        return datetime(self.first.year + years, month + 1, 1, tzinfo=SEOUL)

    @classmethod
    def of(cls, moment: datetime) -> Month:
        return cls(first=moment.astimezone(SEOUL).date().replace(day=1))

    @property
    def before(self) -> Month:
        years, month = divmod(self.first.month - 2, 12)
        return Month(first=date(self.first.year + years, month + 1, 1))


class AccessBook(Protocol):
    """Answers from the records as they stand; changes nothing."""

    def asked(self, question: AccessQuestion) -> Sequence[AccessRecord]:
        """The newest first. A report's records are found by the report's id too."""
        ...

    def seen_of(self, subject: UUID, before: int | None, limit: int) -> Sequence[AccessRecord]:
        """What of this person was seen or given away, the newest first.

        Refusals and the person's own looks are left out, and a message that was sent again is
        told once.
        """
        ...

    def accounts(self, month: Month, district: DistrictCode | None) -> Sequence[AccountReads]:
        """Every account of the month, most reads first.

        ``district``: None for all; the city's own code for those who belong to none.
        """
        ...

    def exports(self, month: Month, district: DistrictCode | None) -> Sequence[ExportMade]: ...

    def subjects(self, month: Month, district: DistrictCode | None) -> int:
        """How many people's data were read."""
        ...

    def districts(self, month: Month) -> Sequence[DistrictCode]:
        """Whose accounts have records in the month; the city's own code for none."""
        ...

    def last_id(self, month: Month) -> int:
        """Of the newest record up to the month's end; 0 where there is none."""
        ...
