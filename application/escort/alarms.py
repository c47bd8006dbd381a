"""The scouts' own emergency button: a report of its own kind, which is never refused.

Whoever holds a scout's phone may be hurt: nothing that lacks or is wrong delays the report. It
opens at once, without a window, and says on which escort it was raised.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from application.context import Context, Idempotency
from application.desk import allow
from application.emergency.linking import Linking
from application.identity import DeviceIdentity
from application.safe_return import Receipt
from application.triggers import TriggerReport, maker_of_scout, read_trigger
from domain.base import Aggregate
from domain.emergency import Emergency, Signal
from domain.emergency.vocabulary import Flag, How
from domain.escort import Escort
from domain.geography import Position
from domain.platform import Platform
from domain.report_guard import ReportGuard
from domain.roles import Role
from domain.scout import Scout
from domain.scout_roster import ScoutRoster
from domain.session_kind import SessionKind

ROUTE: Final = "scout.alarm"
OF_PHONES: Final = {Flag.HOW_UNKNOWN, Flag.HOW_IMPLAUSIBLE, Flag.DRILL_OVERRULED}
"""A scout's button is one, and has no drills."""
SOON: Final = timedelta(hours=1)
"""An escort so near, before or after its start, is the one that she is out for."""


class ScoutAlarm(Receipt):
    """``aggregate_id`` is the report's. ``escort_id`` None: she was out with nobody."""

    escort_id: UUID | None
    joined: bool
    """It belongs to a report of hers that was open already."""
    server_time: AwareDatetime
    flags: tuple[Flag, ...]


class ScoutAlarms(Linking):
    """A scout's phone raises; a repeat under the same id gets the first answer."""

    def raise_alarm(self, report: TriggerReport, context: Context) -> ScoutAlarm:
        """Open a report, or let her open one ring anew.

        Raises:
            LogUnavailable: nothing was stored; the phone must send again.
        """
        allow(context, Role.SCOUT)
        at = self._clock.now()
        scout = self._app.load(Scout, UUID(context.principal.id))
        escort = self._escort_of(scout, at)
        signal = self._signal(report, scout, escort, at)
        keyed = context.model_copy(
            update={
                "idempotency": Idempotency(
                    route=ROUTE, key=str(signal.report_id), body_sha256=report.body_sha256
                ),
                "urgent": True,
            }
        )
        escort_id = escort.id if escort else None

        def attempt() -> ScoutAlarm:
            return self._raise(signal, scout.id, escort_id, context=keyed, at=at)

        return self._decide(keyed, ScoutAlarm, attempt, first_stands=True)

    def _raise(
        self,
        signal: Signal,
        scout_id: UUID,
        escort_id: UUID | None,
        *,
        context: Context,
        at: datetime,
    ) -> ScoutAlarm:
        guard = self._guard(scout_id, at=at)
        known = guard.reports.get(signal.trigger_id)
        if known is not None:
            return _answer(known, escort_id, signal, joined=True, at=at)
        latest = self._standing(guard, at)
        placed = guard.place(
            report_id=signal.report_id,
            trigger_id=signal.trigger_id,
            drill=False,
            apart_m=None,
            at=at,
            policy=self._policy,
        )
        if placed.joins and latest is not None:
            report = latest
            report.join(signal, at=at, policy=self._policy)
        else:
            at_once = self._policy.model_copy(update={"cancel_window_s": 0.0})
            report = Emergency.trigger(signal, at=at, policy=at_once)
            report.window_elapsed(at=at, policy=self._policy)
        self._ring_elsewhere(report, at=at)
        saved: list[Aggregate] = [report, guard]
        escort = self._app.find(Escort, escort_id) if escort_id else None
        if escort is not None:
            escort.scout_raised(report_id=report.id, scout_id=scout_id, at=at)
            report.name_session(SessionKind.ESCORT, escort.id, at=at)
            saved.append(escort)
        receipt = _answer(report.id, escort_id, signal, joined=placed.joins, at=at)
        return self._app.commit(saved, context=context, receipt=receipt)

    def _standing(self, guard: ReportGuard, at: datetime) -> Emergency | None:
        """Her open report; one that has ended since is taken off the guard."""
        while guard.latest is not None:
            report = self._load(guard.latest)
            if not report.ended:
                return report
            guard.release(report_id=report.id, at=at)
        return None

    def _escort_of(self, scout: Scout, at: datetime) -> Escort | None:
        """The escort that she walks with, or is about to, or has just walked with."""
        found: list[Escort] = []
        for night, team_id in scout.teams.items():
            roster = self._app.find(ScoutRoster, ScoutRoster.create_id(scout.district, night))
            kept = roster.kept_for(team_id) if roster else ()
            found += [self._app.load(Escort, one.escort_id) for one in kept]
        near = [one for one in found if one.under_way or abs(one.starts_at - at) <= SOON]
        return min(near, key=lambda one: (not one.under_way, abs(one.starts_at - at)), default=None)

    def _signal(
        self, report: TriggerReport, scout: Scout, escort: Escort | None, at: datetime
    ) -> Signal:
        """What her phone sent, as a scout's own; where it does not say, where the escort is."""
        identity = DeviceIdentity(
            citizen_id=scout.id, device_id=uuid5(scout.id, "phone"), platform=Platform.UNKNOWN
        )
        read = read_trigger(
            report.model_copy(update={"identity": identity}),
            at=at,
            districts=self._districts,
            policy=self._policy,
        ).in_earnest()
        told = {one for one in read.flags if one not in OF_PHONES}
        where: dict[str, Any] = {}
        if read.position is None:
            where["district"] = escort.district if escort else scout.district
        if read.position is None and escort and isinstance(escort.position, Position):
            told = told - {Flag.POSITION_MISSING} | {Flag.POSITION_STALE}
            where |= {"position": escort.position, "fix": escort.fix, "cell": escort.cell}
        return read.model_copy(
            update={
                "maker": maker_of_scout(scout.id),
                "citizen_id": None,
                "how": How.SCOUT,
                "presses": None,
                "flags": tuple(one for one in Flag if one in told),
                "language": scout.language,
                **where,
            }
        )


def _answer(
    report_id: UUID, escort_id: UUID | None, signal: Signal, *, joined: bool, at: datetime
) -> ScoutAlarm:
    return ScoutAlarm(
        aggregate_id=report_id,
        escort_id=escort_id,
        joined=joined,
        server_time=at,
        flags=signal.flags,
    )
