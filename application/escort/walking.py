"""The way: positions of citizen and scouts, and what the timers ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from application.consents import consents_of
from application.consoles import on_duty
from application.context import Context
from application.desk import allow
from application.escort.base import Step
from application.escort.commands import SendWalk, WalkReceipt
from application.escort.scouting import Scouting
from application.outbox import TimerKind
from application.positions import read_fixes
from application.remembered_walks import RememberedWalks, Walk
from application.safe_return import Receipt
from application.timers import DueTimer, Question
from domain.escort import Escort
from domain.member import Member
from domain.roles import Role
from domain.watching import Fix

LOOK_BACK: Final = timedelta(minutes=5)
"""Longer than anything that positions are read for."""


class Walking(Scouting):
    """Positions lie beside the log; what of them is a fact, the escort decides.

    Most batches replay nothing (ADR 44): one walk is remembered for all who go it together.
    """

    def __init__(self, *desk: Any, **more: Any) -> None:
        super().__init__(*desk, **more)
        self._walks: RememberedWalks[Escort] = RememberedWalks()

    def take(self, command: SendWalk, context: Context) -> WalkReceipt:
        """Take a batch of the citizen's positions or a scout's, in any order and state.

        None of hers are taken while she does not consent to be followed.

        Raises:
            Unknown: there is no such escort, or it is not the caller's.
            LogUnavailable, KeyRingUnavailable: send again.
        """
        allow(context, Role.CITIZEN, Role.SCOUT)
        at = self._clock.now()
        walk = self._remembered(command.escort_id, context, at)
        escort = walk.session
        answer = _nothing_taken(escort, at)
        if not escort.listens:
            return answer
        if not self._may_follow(escort, context):
            self._walks.put(escort.id, escort.id, walk)
            return answer
        read = read_fixes(
            command.sent,
            at=at,
            known_skew_s=None,
            districts=self._districts,
            policy=self._policy,
        )
        taken = self._tracks.keep(escort.id, UUID(context.principal.id), read.fixes)
        answer = answer.model_copy(
            update={
                "taken": taken,
                "thinned": len(read.fixes) - taken + read.left_out,
                "refused": read.refused,
            }
        )
        is_hers = context.principal.role is Role.CITIZEN
        (walk.hear if is_hers else walk.hear_beside)(read.fixes, since=at - LOOK_BACK)
        at_hand = [walk]

        def attempt() -> WalkReceipt:
            one = at_hand.pop() if at_hand else self._walk(command.escort_id, context, at)
            escort, before = one.session, frozenset(one.session.scouts)
            escort.walk_with(one.track, one.beside, at=at, policy=self._policy)
            saved = self._save(escort, before, answer, context=context, at=at)
            if escort.listens:
                self._walks.put(escort.id, escort.id, one)
            return saved

        return self._decide(context, WalkReceipt, attempt)

    def _remembered(self, escort_id: UUID, context: Context, at: datetime) -> Walk[Escort]:
        walk = self._walks.take(escort_id, escort_id, at=at)
        if walk is None:
            return self._walk(escort_id, context, at)
        self._must_know(walk.session, context)
        return walk

    def _walk(self, escort_id: UUID, context: Context, at: datetime) -> Walk[Escort]:
        escort = self._seen_by(escort_id, context)
        if not escort.listens:
            return Walk(escort, [], at)
        since = at - LOOK_BACK
        hers = list(self._tracks.recent(escort.id, escort.citizen_id, since))
        return Walk(escort, hers, at, self._theirs(escort, since))

    def _may_follow(self, escort: Escort, context: Context) -> bool:
        """Without her consent the escort goes on, and nothing of where she is is taken."""
        if context.principal.role is not Role.CITIZEN:
            return True
        member = self._app.find(Member, escort.citizen_id)
        return member is None or consents_of(member).followed

    def timed(self) -> Mapping[TimerKind, Question]:
        """What the timers of escorts ask; asked twice, or too late, nothing happens."""

        def question(step: Step) -> Question:
            return lambda timer, context: self._ask(timer, step, context)

        return {
            TimerKind.ESCORT_REMINDER: question(lambda escort, at: escort.remind(at=at)),
            TimerKind.ESCORT_LATE: question(lambda escort, at: escort.scouts_due(at=at)),
            TimerKind.ESCORT_NO_SHOW: question(
                lambda escort, at: escort.meeting_due(at=at, policy=self._policy)
            ),
            TimerKind.ESCORT_GIVE_UP: question(lambda escort, at: escort.give_up_due(at=at)),
            TimerKind.ESCORT_WATCH: question(self._watch_due),
            TimerKind.ESCORT_SILENCE: question(self._look),
            TimerKind.ESCORT_OVERDUE: question(
                lambda escort, at: escort.walk_due(at=at, policy=self._policy)
            ),
            TimerKind.ESCORT_CONFIRM: question(lambda escort, at: escort.confirm_due(at=at)),
        }

    def _ask(self, timer: DueTimer, step: Step, context: Context) -> Receipt:
        allow(context, Role.SYSTEM)
        at = self._moment_of(timer.due_at)

        def attempt() -> Receipt:
            escort = self._app.load(Escort, timer.aggregate_id)
            before = frozenset(escort.scouts)
            step(escort, at)
            receipt = Receipt(aggregate_id=escort.id)
            return self._save(escort, before, receipt, context=context, at=at)

        return self._decide(context, Receipt, attempt)

    def _watch_due(self, escort: Escort, at: datetime) -> None:
        escort.watch_due(on_duty=on_duty(self._presence, escort.district, at), at=at)

    def _look(self, escort: Escort, at: datetime) -> None:
        """Have an escort look at what lies beside the log of it."""
        if escort.listens:
            since = at - LOOK_BACK
            citizen = self._tracks.recent(escort.id, escort.citizen_id, since)
            escort.walk_with(citizen, self._theirs(escort, since), at=at, policy=self._policy)

    def _theirs(self, escort: Escort, since: datetime) -> list[Fix]:
        return [fix for one in escort.scouts for fix in self._tracks.recent(escort.id, one, since)]


def _nothing_taken(escort: Escort, at: datetime) -> WalkReceipt:
    return WalkReceipt(
        aggregate_id=escort.id,
        taken=0,
        thinned=0,
        refused=(),
        open=escort.listens,
        watched=escort.watched_by is not None,
        server_time=at,
    )
