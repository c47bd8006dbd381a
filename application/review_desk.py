"""The monthly review: prepared by the service, gone through by a supervisor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, StringConstraints

from application.access import AccessKind, Task
from application.access_book import AccessBook, AccountReads, ExportMade, Month
from application.context import Context
from application.desk import Desk, allow
from application.errors import Forbidden
from application.ports import AccessLog
from application.safe_return import Receipt
from domain.access_review import AccessReview, Figures
from domain.base import Value
from domain.geography import CITY, DistrictCode
from domain.roles import Role

Remark = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=2_000, pattern=r"^[^\x00]*$"),
]


class FinishReview(Value):
    """Somebody has gone through a month's report; ``remark`` says what was found."""

    month: Month
    district: DistrictCode | None = None
    remark: Remark


class Review(Value):
    """A month's report, computed from the records as they stand."""

    month: Month
    district: DistrictCode | None
    """None for the whole city."""
    figures: Figures
    accounts: tuple[AccountReads, ...]
    exports: tuple[ExportMade, ...]
    prepared: bool
    done_at: AwareDatetime | None


class ReviewDesk(Desk):
    """A supervisor reviews the own district; coordinators and auditors see all."""

    def __init__(self, *desk: Any, book: AccessBook, access_log: AccessLog) -> None:
        super().__init__(*desk)
        self._book = book
        self._access_log = access_log

    def review(
        self, context: Context, month: Month, district: DistrictCode | None = None
    ) -> Review:
        """The month's report, of one district or of the whole city.

        Raises:
            Forbidden: it is not the asker's to see; that is recorded too.
        """
        district = self._scope(context, month, district)
        found = self._app.find(AccessReview, AccessReview.create_id(month.first, district or CITY))
        accounts = self._book.accounts(month, district)
        return Review(
            month=month,
            district=district,
            figures=self._figures(month, district, accounts),
            accounts=tuple(accounts),
            exports=tuple(self._book.exports(month, district)),
            prepared=found is not None,
            done_at=found.done_at if found else None,
        )

    def prepare(self, context: Context) -> list[UUID]:
        """Keep the figures of last month for every centre that has any; done once.

        No person sees anything here, so it is no read.
        """
        allow(context, Role.SYSTEM)
        month = Month.of(self._clock.now()).before
        wanted = {CITY, *self._book.districts(month)}
        prepared = []
        for district in sorted(wanted):
            review_id = AccessReview.create_id(month.first, district)
            if self._app.find(AccessReview, review_id) is None:
                attempt = partial(self._prepared, context, month, district)
                self._decide(context, Receipt, attempt)
                prepared.append(review_id)
        return prepared

    def finish(self, command: FinishReview, context: Context) -> Receipt:
        """Keep that the month has been gone through.

        Raises:
            Forbidden: only the district's supervisor, or a coordinator.
            MonthNotOver: records are still being added to it.
        """
        allow(context, Role.SUPERVISOR, Role.COORDINATOR, Role.SYSTEM)
        district = self._scope(context, command.month, command.district) or CITY
        who = context.principal
        reviewer_id = None if who.role is Role.SYSTEM else UUID(who.id)

        def attempt() -> Receipt:
            review_id = AccessReview.create_id(command.month.first, district)
            review = self._app.find(AccessReview, review_id) or self._new(command.month, district)
            review.finish(reviewer_id=reviewer_id, remark=command.remark, at=self._clock.now())
            receipt = Receipt(aggregate_id=review.id)
            return self._app.commit([review], context=context, receipt=receipt)

        return self._decide(context, Receipt, attempt)

    def _scope(
        self, context: Context, month: Month, district: DistrictCode | None
    ) -> DistrictCode | None:
        """Which district's report the asker gets; recorded before anything is shown."""
        who = context.principal
        own = who.role is Role.SUPERVISOR and who.district is not None
        if own and district is None:
            district = who.district
        allowed = who.role in {Role.AUDITOR, Role.COORDINATOR, Role.SYSTEM} or (
            own and district == who.district
        )
        self._access_log.record(
            context,
            subject=AccessReview.create_id(month.first, district or CITY),
            what="review.read" if allowed else "review.refused",
            why=f"review:{month.first:%Y-%m}",
            kind=AccessKind.READ if allowed else AccessKind.REFUSAL,
            task=Task.OVERSIGHT,
        )
        if not allowed:
            raise Forbidden(who.role)
        return district

    def _prepared(self, context: Context, month: Month, district: DistrictCode) -> Receipt:
        review = self._new(month, district)
        receipt = Receipt(aggregate_id=review.id)
        return self._app.commit([review], context=context, receipt=receipt)

    def _new(self, month: Month, district: DistrictCode) -> AccessReview:
        accounts = self._book.accounts(month, district)
        return AccessReview.prepare(
            month=month.first,
            district=district,
            figures=self._figures(month, district, accounts),
            over_at=month.ends_at,
            at=self._clock.now(),
        )

    def _figures(
        self, month: Month, district: DistrictCode | None, accounts: Sequence[AccountReads]
    ) -> Figures:
        return Figures(
            accounts=len(accounts),
            reads=sum(one.reads for one in accounts),
            subjects=self._book.subjects(month, district),
            refusals=sum(one.refusals for one in accounts),
            out_of_hours=sum(one.out_of_hours for one in accounts),
            without_open_case=sum(one.without_open_case for one in accounts),
            exports=sum(one.exports for one in accounts),
            provisions=sum(one.provisions for one in accounts),
            last_id=self._book.last_id(month),
        )
