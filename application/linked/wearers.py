"""Asks the Ministry of Justice to watch wearers near a report, and says when it is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from application.access import AccessKind, Task
from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.desk import Desk
from application.linked.calls_for import request_of
from application.linked.ports import WatchEnd, WatchRequest, WearerPartner
from application.outbox import Channel
from application.policies_in_force import Policies
from application.ports import AccessLog
from application.safe_return import Receipt
from domain.base import Fact, project
from domain.emergency import Emergency
from domain.emergency.vocabulary import Stage
from domain.geography import Position
from domain.linked import WearerWatch

WITHHELD: Final = "withheld"
"""Stands as the reference where nothing was asked: it is over, a drill, or nobody knows where."""
MINISTRY: Final = "ministry_of_justice"


class WearersCarrier(Desk):
    """For real reports only, silent ones too: what is watched elsewhere betrays nobody."""

    def __init__(
        self,
        *desk: Any,
        partner: Callable[[], WearerPartner],
        policy: Policies,
        access_log: AccessLog,
        **more: Any,
    ) -> None:
        super().__init__(*desk, **more)
        self._partner = partner
        self._policies = policy
        self._access_log = access_log

    def hand_over(self, claimed: ClaimedDelivery, context: Context) -> str:
        """See ``Carrier``."""
        if claimed.channel is Channel.WEARER_WATCH_END:
            return self._end(claimed, context)
        return self._watch(claimed, context)

    def gave_up(self, claimed: ClaimedDelivery, code: str, context: Context) -> None:
        at = self._clock.now()
        self._change(
            claimed.about,
            lambda watch: watch.gave_up(delivery_id=claimed.delivery_id, code=code, at=at),
            at=at,
            context=context,
        )

    def _watch(self, claimed: ClaimedDelivery, context: Context) -> str:
        at = self._clock.now()
        history = self._app.history(claimed.about)
        report = project(None, history)
        opened_by = _opened_by(history, claimed.request_id)
        if not _is_watched(report) or opened_by is None or claimed.request_id is None:
            return WITHHELD
        assert isinstance(report, Emergency)  # noqa: S101 - as just seen
        asked = self._asked(report, claimed.request_id, opened_by, at=at, context=context)
        if asked is None:
            return WITHHELD
        request = self._request(report, claimed, context, at=at)
        self._access_log.record(
            context,
            subject=report.citizen_id or report.id,
            what="position",
            why=f"delivery:{claimed.channel}",
            kind=AccessKind.PROVISION,
            about=report.id,
            task=Task.RESPONSE,
            recipient=MINISTRY,
        )
        reference = self._partner().watch(request)
        self._change(
            report.id,
            lambda watch: watch.acknowledged(
                request_id=request.request_id, reference=reference, at=self._clock.now()
            ),
            at=at,
            context=context,
        )
        return reference

    def _asked(
        self,
        report: Emergency,
        request_id: UUID,
        opened_by: int,
        *,
        at: datetime,
        context: Context,
    ) -> UUID | None:
        """Keep that it is asked, before it is; None when it is not to be asked any more."""
        policy = self._policies.at(at)
        watch = self._change(
            report.id,
            lambda watch: watch.request(
                request_id=request_id,
                citizen_id=report.citizen_id,
                district=report.district,
                radius_m=policy.wearers_m,
                until=at + timedelta(seconds=policy.wearers_s),
                fix=report.fix,
                opened_by=opened_by,
                at=at,
            ),
            at=at,
            context=context,
        )
        return request_id if watch.open_request == request_id else None

    def _request(
        self, report: Emergency, claimed: ClaimedDelivery, context: Context, *, at: datetime
    ) -> WatchRequest:
        policy = self._policies.at(at)
        assert isinstance(report.position, Position)  # noqa: S101 - see _is_watched
        assert claimed.request_id is not None  # noqa: S101 - as just seen
        return WatchRequest(
            delivery_id=claimed.delivery_id,
            correlation_id=context.correlation_id,
            request_id=claimed.request_id,
            report_id=report.id,
            position=report.position,
            accuracy_m=report.fix.accuracy_m if report.fix else None,
            radius_m=policy.wearers_m,
            district=report.district,
            requested_at=at,
            until=at + timedelta(seconds=policy.wearers_s),
        )

    def _end(self, claimed: ClaimedDelivery, context: Context) -> str:
        at = self._clock.now()
        before = claimed.request_id.int if claimed.request_id else 0
        watch = self._open(claimed.about, before, at=at, context=context)
        request_id = watch.to_end(before) if watch else None
        if watch is None or request_id is None:
            return WITHHELD
        return self._tell_end(watch, request_id, claimed, context)

    def _open(
        self, report_id: UUID, before: int, *, at: datetime, context: Context
    ) -> WearerWatch | None:
        """The watch that is to be ended; None when there is nothing, and will be nothing."""
        found = self._app.find(WearerWatch, WearerWatch.create_id(report_id))
        if found is not None and found.to_end(before) is not None:
            return found
        if found is None and _is_drill(self._app.history(report_id)):
            return None
        left = self._change(
            report_id, lambda watch: watch.forgo(before=before, at=at), at=at, context=context
        )
        return None if left.to_end(before) is None else left

    def _tell_end(
        self, watch: WearerWatch, request_id: UUID, claimed: ClaimedDelivery, context: Context
    ) -> str:
        at = self._clock.now()
        before = claimed.request_id.int if claimed.request_id else 0
        told = self._partner().end(
            WatchEnd(
                delivery_id=claimed.delivery_id,
                correlation_id=context.correlation_id,
                request_id=request_id,
                report_id=claimed.about,
                reference=watch.references.get(request_id),
                ended_at=at,
            )
        )
        self._change(
            claimed.about,
            lambda one: one.end(request_id=request_id, before=before, at=at),
            at=at,
            context=context,
        )
        return told

    def _change(
        self,
        report_id: UUID,
        step: Callable[[WearerWatch], None],
        *,
        at: datetime,
        context: Context,
    ) -> WearerWatch:
        kept: list[WearerWatch] = []

        def attempt() -> Receipt:
            found = self._app.find(WearerWatch, WearerWatch.create_id(report_id))
            watch = found or WearerWatch.begin_for(report_id, at=at)
            step(watch)
            kept[:] = [watch]
            return self._app.commit(
                [watch], context=context, receipt=Receipt(aggregate_id=watch.id)
            )

        self._decide(context, Receipt, attempt)
        return kept[0]


def _is_watched(report: object) -> bool:
    return (
        isinstance(report, Emergency)
        and report.stage in {Stage.OPEN, Stage.CLAIMED}
        and not report.drill
        and isinstance(report.position, Position)
    )


def _is_drill(history: Sequence[Fact]) -> bool:
    report = project(None, history)
    return isinstance(report, Emergency) and report.drill


def _opened_by(history: Sequence[Fact], request_id: UUID | None) -> int | None:
    """The version of the fact that called for the request; None when none did."""
    versions = (fact.originator_version for fact in history)
    return next(
        (one for one in versions if request_of(history[0].originator_id, one) == request_id), None
    )
