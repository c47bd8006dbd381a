"""What the parts of the desk of return monitoring share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from application.consoles import Presence
from application.context import Context
from application.desk import Desk
from application.emergency.base import CLOCK_TOLERANCE
from application.emergency.raising_for import AlarmFor, Alarms
from application.errors import Forbidden, TooEarly
from application.facilities import Facilities
from application.monitoring.commands import MonitoringReceipt
from application.monitoring.placing import Round
from application.policies_in_force import Policies
from application.ports import AccessLog, Districts
from application.routes import Routes
from application.tracks import Tracks
from domain.geography import DistrictCode, Position
from domain.member import Member
from domain.monitoring import Monitoring
from domain.monitoring.vocabulary import MonitoringStage
from domain.policy import Policy
from domain.roles import Role
from domain.watching.fix import Fix
from domain.watching.signs import look_back

Step = Callable[[Monitoring, datetime], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the desk works with beside the log."""

    districts: Districts
    presence: Presence
    policies: Policies
    access_log: AccessLog
    routes: Routes
    facilities: Facilities
    tracks: Tracks
    alarms: Alarms
    must_be_followed: Callable[[Member], None]
    """Raises where she does not consent to being located."""


class WatchDesk(Desk):
    """Loads, decides and saves a session together with the rosters that it concerns."""

    def __init__(self, *desk: Any, around: Surroundings) -> None:
        super().__init__(*desk)
        self._around = around

    @property
    def _policy(self) -> Policy:
        """The numbers in force now."""
        return self._around.policies.at(self._clock.now())

    def _round(self, at: datetime) -> Round:
        return Round(self._app, self._around.presence, self._around.policies.at(at), at=at)

    def _step(
        self,
        session_id: UUID,
        context: Context,
        step: Step,
        *,
        at: datetime | None = None,
        may: Callable[[Monitoring], object] | None = None,
    ) -> MonitoringReceipt:
        """Load, decide, let the rosters follow, save.

        Args:
            session_id: which session.
            context: who asks.
            step: what is decided.
            at: the moment; None: now.
            may: raises where the asker may not.
        """
        moment = at or self._clock.now()

        def attempt() -> MonitoringReceipt:
            taking = self._round(moment)
            session = taking.session(session_id)
            if may is not None:
                may(session)
            return self._decided(taking, session, step, moment, context)

        receipt = self._decide(context, MonitoringReceipt, attempt)
        if receipt.stage in {MonitoringStage.ARRIVED, MonitoringStage.ENDED}:
            self._around.tracks.forget(session_id)
        return receipt

    def _decided(
        self, taking: Round, session: Monitoring, step: Step, at: datetime, context: Context
    ) -> MonitoringReceipt:
        was = standing(session)
        step(session, at)
        settle(taking, session, was)
        return self._saved(taking, session, context)

    def _saved(self, taking: Round, session: Monitoring, context: Context) -> MonitoringReceipt:
        return self._app.commit(taking.saved, context=context, receipt=receipt_of(session))

    def _raise_for(
        self, session: Monitoring, trigger: str, context: Context, *, silent: bool
    ) -> UUID:
        """Raise an emergency report with what is known of where she is."""
        alarm = self._alarm(session, trigger, silent=silent)
        return self._around.alarms.raise_for(alarm, context).report_id

    def _alarm(self, session: Monitoring, trigger: str, *, silent: bool) -> AlarmFor:
        at = self._clock.now()
        track = self._recent(session, at)
        usable = [fix for fix in track if fix.usable(self._policy)]
        known: dict[str, Any] = {
            "district": session.seen_in or session.district,
            "cell": session.cell,
            "fix": session.fix,
            "position": session.position if isinstance(session.position, Position) else None,
        }
        if usable:
            last = usable[-1]
            age_s = last.age_s(at)
            known = {
                "district": last.district,
                "cell": last.cell,
                "fix": last.quality.model_copy(update={"age_s": age_s}),
                "position": last.position,
            }
        return AlarmFor(
            citizen_id=session.citizen_id,
            trigger_id=f"monitoring:{session.id}:{trigger}",
            language=session.language,
            silent=silent,
            **known,
        )

    def _recent(self, session: Monitoring, at: datetime) -> Sequence[Fix]:
        since = at - look_back(self._policy)
        return self._around.tracks.recent(session.id, session.citizen_id, since)

    def _moment_of(self, due_at: datetime) -> datetime:
        """Now, or ``due_at`` when our clock lags behind the timers' by a hair.

        Raises:
            TooEarly: the moment has not come.
        """
        now = self._clock.now()
        if now < due_at - CLOCK_TOLERANCE:
            raise TooEarly(due_at.isoformat())
        return max(now, due_at)


class Standing(NamedTuple):
    """Where a session stood before a step."""

    district: DistrictCode
    wanted_by: DistrictCode | None
    over: bool


def standing(session: Monitoring) -> Standing:
    return Standing(session.district, session.wanted_by, session.over)


def settle(taking: Round, session: Monitoring, was: Standing, *, guarded: bool = True) -> None:
    """Bring the rosters in step with what was decided, and, if ``guarded``, her guard."""
    if was.wanted_by not in {None, session.wanted_by, session.district}:
        taking.leave(taking.roster(str(was.wanted_by)), session.id)
    if session.over:
        if not was.over:
            taking.leave(taking.roster(was.district), session.id)
            if guarded:
                taking.close(session)
    elif session.wanted_by not in {None, was.wanted_by}:
        taking.try_hand_over(session)


def receipt_of(session: Monitoring) -> MonitoringReceipt:
    return MonitoringReceipt(
        aggregate_id=session.id,
        stage=session.stage,
        watched=session.watcher is not None,
    )


def is_above(context: Context) -> bool:
    """Whether the asker may step in anywhere in her reach."""
    return context.principal.role in {Role.SUPERVISOR, Role.COORDINATOR}


def may_see(context: Context) -> Callable[[Monitoring], None]:
    """Raises Forbidden where the asker's centre does not see the session."""
    who = context.principal

    def may(session: Monitoring) -> None:
        if who.role is not Role.COORDINATOR and who.district not in session.audience:
            raise Forbidden(f"{who.role} of {who.district}")

    return may
