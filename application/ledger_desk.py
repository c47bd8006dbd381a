"""The desk of counts: daily downloads, their corrections, and opening balances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from application.context import Context
from application.desk import Desk, allow
from application.download_counts import DayCount, Quarantined
from application.figures import Figures, OpeningBalance
from application.safe_return import Receipt
from domain.base import Aggregate, DomainError, Value
from domain.ledger import Balance, DailyDownloads, DayNotReported, OpeningBook
from domain.roles import Role

DAYS_PER_COMMIT = 200


class CorrectDownloads(Value):
    store: str
    day: date
    count: int
    reason: str


class FiguresReceipt(Receipt):
    """``opened`` counts the balances that were new; 0 when all were known already."""

    opened: int


class CountsReceipt(Receipt):
    """What became of each line of an import."""

    stored: int
    repeated: int
    refused: tuple[Quarantined, ...] = ()
    """``line`` is the place in the sequence of counts, from 1."""


class LedgerDesk(Desk):
    """Administrators and statisticians enter counts; they hold no personal data."""

    def import_figures(self, figures: Figures, context: Context) -> FiguresReceipt:
        """Open the balances of published figures; the same figures again change nothing.

        Raises:
            DomainError: a balance contradicts what stands; then none of them is entered.
        """
        allow(context, Role.ADMINISTRATOR, Role.STATISTICIAN, Role.SYSTEM)

        def attempt() -> FiguresReceipt:
            books = [
                self._entered(Balance.DOWNLOADS, figures.downloads, figures.source),
                self._entered(Balance.USAGE, figures.usage, figures.source),
            ]
            opened = sum(count for _, count in books)
            receipt = FiguresReceipt(
                aggregate_id=OpeningBook.create_id(Balance.DOWNLOADS), opened=opened
            )
            return self._app.commit([book for book, _ in books], context=context, receipt=receipt)

        return self._decide(context, FiguresReceipt, attempt)

    def report_downloads(self, counts: Sequence[DayCount], context: Context) -> CountsReceipt:
        """Enter daily counts, some hundred at a time.

        A count that stands already is a repeat; one that the ledger refuses is named and
        the others go on. Repeating the whole import is harmless, so it takes no key.
        """
        allow(context, Role.ADMINISTRATOR, Role.STATISTICIAN, Role.SYSTEM)
        keyless = context.model_copy(update={"idempotency": None})
        whole = CountsReceipt(aggregate_id=_BOOK_ID, stored=0, repeated=0)
        for start in range(0, len(counts), DAYS_PER_COMMIT):
            part = self._report_part(start, counts[start : start + DAYS_PER_COMMIT], keyless)
            whole = CountsReceipt(
                aggregate_id=_BOOK_ID,
                position=part.position if part.position is not None else whole.position,
                stored=whole.stored + part.stored,
                repeated=whole.repeated + part.repeated,
                refused=whole.refused + part.refused,
            )
        return whole

    def correct_downloads(self, command: CorrectDownloads, context: Context) -> Receipt:
        """Replace the count of a day that has been reported.

        Raises:
            DayNotReported: there is nothing to correct.
        """
        allow(context, Role.ADMINISTRATOR, Role.STATISTICIAN, Role.SYSTEM)
        day_id = DailyDownloads.create_id(command.store, command.day)

        def attempt() -> Receipt:
            daily = self._app.find(DailyDownloads, day_id)
            if daily is None:
                raise DayNotReported(f"{command.store} {command.day}: report it first.")
            daily.correct(count=command.count, reason=command.reason, at=self._clock.now())
            return self._app.commit([daily], context=context, receipt=Receipt(aggregate_id=day_id))

        return self._decide(context, Receipt, attempt)

    def _report_part(
        self, start: int, counts: Iterable[DayCount], context: Context
    ) -> CountsReceipt:
        def attempt() -> CountsReceipt:
            book = self._book(Balance.DOWNLOADS)
            days: dict[UUID, DailyDownloads] = {}
            repeated = 0
            refused: list[Quarantined] = []
            for number, count in enumerate(counts, start=start + 1):
                try:
                    repeated += self._take(book, days, count)
                except DomainError as refusal:
                    reason = f"{refusal.code}: {refusal}"
                    refused.append(Quarantined(line=number, reason=reason))
            new = [day for day in days.values() if day.pending_events]
            touched: list[Aggregate] = [book, *new] if new else []
            receipt = CountsReceipt(
                aggregate_id=book.id,
                stored=len(new),
                repeated=repeated,
                refused=tuple(refused),
            )
            return self._app.commit(touched, context=context, receipt=receipt)

        return self._decide(context, CountsReceipt, attempt)

    def _take(self, book: OpeningBook, days: dict[UUID, DailyDownloads], count: DayCount) -> bool:
        """Report one day; True when it stands already."""
        day_id = DailyDownloads.create_id(count.store, count.day)
        known = days.get(day_id) or self._app.find(DailyDownloads, day_id)
        if known is not None:
            known.repeat(count=count.count)
            return True
        at = self._clock.now()
        daily = DailyDownloads.report(store=count.store, day=count.day, count=count.count, at=at)
        book.count_from(count.day, at=at)
        days[day_id] = daily
        return False

    def _entered(
        self, kind: Balance, balances: Iterable[OpeningBalance], source: str
    ) -> tuple[OpeningBook, int]:
        book = self._book(kind)
        before = len(book.periods)
        for balance in balances:
            book.open(balance.period, count=balance.count, source=source, at=self._clock.now())
        return book, len(book.periods) - before

    def _book(self, kind: Balance) -> OpeningBook:
        return self._app.find(OpeningBook, OpeningBook.create_id(kind)) or OpeningBook.start(
            kind, at=self._clock.now()
        )


_BOOK_ID = OpeningBook.create_id(Balance.DOWNLOADS)
