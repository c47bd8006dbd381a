"""What a phone sends on its way: kept beside the log; what of it is a fact, the session decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from application.context import Context
from application.errors import Unknown
from application.monitoring.base import WatchDesk, settle, standing
from application.positions import ReadFixes, RefusedFix, read_fixes
from application.remembered_walks import RememberedWalks, Walk
from application.safe_return import Receipt
from domain.monitoring import Monitoring
from domain.monitoring.vocabulary import MonitoringStage
from domain.watching.signs import in_order, look_back


class WalkReceipt(Receipt):
    """What became of a batch. ``position`` is None when the log needed none of it."""

    taken: int
    thinned: int
    """Known already, or too close after another: nothing is wrong with them."""
    late: int
    """Taken before what was known: kept, and news of nothing."""
    refused: tuple[RefusedFix, ...]
    open: bool
    """False when the session is over: nothing was kept, and nothing more is wanted."""
    watched: bool
    """Whether an operator watches now."""
    stage: MonitoringStage
    question_id: UUID | None
    """A question that waits for her answer."""
    server_time: AwareDatetime


class MonitoringPositions(WatchDesk):
    """Batches in any order and state; only hers count."""

    def __init__(self, *desk: Any, **more: Any) -> None:
        super().__init__(*desk, **more)
        self._walks: RememberedWalks[Monitoring] = RememberedWalks()

    def take(
        self, session_id: UUID, sent: object, citizen_id: UUID, context: Context
    ) -> WalkReceipt:
        """Take a batch; none is refused as a whole.

        Raises:
            Unknown: she has no such session.
            LogUnavailable, KeyRingUnavailable: send again.
        """
        at = self._clock.now()
        walk = self._walks.take(session_id, citizen_id, at=at)
        walk = walk or self._walk(session_id, citizen_id, at)
        if walk.session.over:
            return _told(walk.session, _nothing(), 0, 0, at)
        read = read_fixes(
            sent,
            at=at,
            known_skew_s=None,
            districts=self._around.districts,
            policy=self._policy,
        )
        taken = self._around.tracks.keep(session_id, citizen_id, read.fixes)
        late = in_order(read.fixes, walk.newest_at).late
        walk.hear(read.fixes, since=at - look_back(self._policy))
        at_hand = [walk]

        def attempt() -> WalkReceipt:
            one = at_hand.pop() if at_hand else self._walk(session_id, citizen_id, at)
            saved = self._follow(one, read, (taken, late), at, context)
            self._walks.put(session_id, citizen_id, one)
            return saved

        receipt = self._decide(context, WalkReceipt, attempt)
        if not receipt.open:
            self._around.tracks.forget(session_id)
        return receipt

    def _follow(
        self,
        walk: Walk[Monitoring],
        read: ReadFixes,
        counts: tuple[int, int],
        at: datetime,
        context: Context,
    ) -> WalkReceipt:
        session = walk.session
        was = standing(session)
        session.follow_positions(walk.track, read.fixes, at=at, policy=self._policy)
        receipt = _told(session, read, *counts, at)
        if not session.pending_events:
            return receipt
        taking = self._round(at)
        taking.take(session)
        settle(taking, session, was)
        return self._app.commit(taking.saved, context=context, receipt=receipt)

    def _walk(self, session_id: UUID, citizen_id: UUID, at: datetime) -> Walk[Monitoring]:
        session = self._app.load(Monitoring, session_id)
        if session.citizen_id != citizen_id:
            raise Unknown(str(session_id))
        track = [] if session.over else list(self._recent(session, at))
        return Walk(session, track, at)


def _nothing() -> ReadFixes:
    return ReadFixes(fixes=(), refused=(), left_out=0)


def _told(session: Monitoring, read: ReadFixes, taken: int, late: int, at: datetime) -> WalkReceipt:
    return WalkReceipt(
        aggregate_id=session.id,
        taken=taken,
        thinned=len(read.fixes) - taken + read.left_out,
        late=late,
        refused=read.refused,
        open=not session.over,
        watched=session.watcher is not None,
        stage=session.stage,
        question_id=session.question,
        server_time=at,
    )
