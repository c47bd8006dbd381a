"""The control rooms' side: take, call, find that all is well, raise, hand over, end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from application.access import AccessKind, task_of
from application.context import Context
from application.desk import allow
from application.errors import Forbidden
from application.facilities import CameraAhead
from application.monitoring.base import WatchDesk, is_above, may_see
from application.monitoring.commands import (
    ClearMonitoring,
    EndMonitoring,
    GiveMonitoring,
    HandMonitoringOver,
    MonitoringReceipt,
    RaiseFromMonitoring,
    ViewMonitoringCamera,
)
from application.monitoring.placing import Round
from application.safe_return import Receipt
from domain.geography import CITY
from domain.monitoring import Monitoring
from domain.monitoring.refusals import HandOverUnfit, NotOnTheWay
from domain.monitoring.vocabulary import WatchAssigned, WatchLapse
from domain.roles import Role
from domain.watching.fix import Fix
from domain.watching.route import Route

ON_CONSOLES = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
BESIDE_M = 60.0
"""Farther beside her way a camera does not see her."""


class Watching(WatchDesk):
    """Every step may refuse as the session does, and is Forbidden where it is not seen."""

    def take(self, session_id: UUID, context: Context) -> MonitoringReceipt:
        """Watch it herself: what waits, what a colleague has, what another centre may have taken.

        Raises:
            RosterFull: she watches as many as one may.
        """
        who = self._operator(context)
        district = context.principal.district or CITY
        at = self._clock.now()

        def attempt() -> MonitoringReceipt:
            taking = self._round(at)
            session = taking.session(session_id)
            may_see(context)(session)
            session.must_last()
            roster = taking.roster(district)
            roster.give(session.id, who, at=at, policy=self._policy)
            if session.district == district:
                session.assign(
                    operator_id=who, because=WatchAssigned.TAKEN, at=at, policy=self._policy
                )
            else:
                taking.move(session, roster, who)
            return self._saved(taking, session, context)

        return self._decide(context, MonitoringReceipt, attempt)

    def give(
        self, session_id: UUID, command: GiveMonitoring, context: Context
    ) -> MonitoringReceipt:
        """Give it to a colleague, or to whoever has room; nobody has: it says so.

        By itself it does not come back to whoever had it; she may ``take`` it again.

        Raises:
            NotWatcher: it is not hers to give.
            RosterFull: the colleague watches as many as one may.
        """
        who = self._operator(context)
        at = self._clock.now()

        def attempt() -> MonitoringReceipt:
            taking = self._round(at)
            session = taking.session(session_id)
            may_see(context)(session)
            session.must_be_watched_by(who, supervisor=is_above(context))
            self._give(taking, session, command.operator_id, at)
            return self._saved(taking, session, context)

        return self._decide(context, MonitoringReceipt, attempt)

    def call(self, session_id: UUID, context: Context) -> MonitoringReceipt:
        """Have her called."""
        who = self._operator(context)
        return self._step(
            session_id,
            context,
            lambda session, at: session.request_call(
                operator_id=who, supervisor=is_above(context), at=at
            ),
            may=may_see(context),
        )

    def clear(
        self, session_id: UUID, command: ClearMonitoring, context: Context
    ) -> MonitoringReceipt:
        """Say that all is well."""
        who = self._operator(context)
        return self._step(
            session_id,
            context,
            lambda session, at: session.clear(
                operator_id=who,
                supervisor=is_above(context),
                by=command.by,
                note=command.note,
                at=at,
                policy=self._policy,
            ),
            may=may_see(context),
        )

    def raise_emergency(
        self, session_id: UUID, command: RaiseFromMonitoring, context: Context
    ) -> Receipt:
        """Raise an emergency report for her: whoever sees the session may. Names the report."""
        self._operator(context)
        session = self._app.load(Monitoring, session_id)
        may_see(context)(session)
        session.must_last()
        trigger = str(session.version)
        report_id = self._raise_for(session, trigger, context, silent=command.silent)
        return Receipt(aggregate_id=report_id)

    def hand_over(
        self, session_id: UUID, command: HandMonitoringOver, context: Context
    ) -> MonitoringReceipt:
        """Have another centre watch; until somebody there has room, it stays.

        Raises:
            HandOverUnfit: there is no such centre, or it watches already.
        """
        who = self._operator(context)
        known = {CITY, *self._around.districts.codes()}
        if command.to_district not in known:
            raise HandOverUnfit(command.to_district)
        return self._step(
            session_id,
            context,
            lambda session, at: session.want_hand_over(
                to_district=command.to_district,
                operator_id=who,
                supervisor=is_above(context),
                reason=command.reason,
                at=at,
                policy=self._policy,
            ),
            may=may_see(context),
        )

    def end_by_hand(
        self, session_id: UUID, command: EndMonitoring, context: Context
    ) -> MonitoringReceipt:
        """End it with a reason."""
        who = self._operator(context)
        return self._step(
            session_id,
            context,
            lambda session, at: session.end_by_hand(
                operator_id=who, supervisor=is_above(context), reason=command.reason, at=at
            ),
            may=may_see(context),
        )

    def view_camera(
        self, session_id: UUID, command: ViewMonitoringCamera, context: Context
    ) -> MonitoringReceipt:
        """Look through a camera; the look leaves an access record, and so does its refusal."""
        who = self._operator(context)
        try:
            receipt = self._step(
                session_id,
                context,
                lambda session, at: session.view_camera(
                    operator_id=who, camera_id=command.camera_id, at=at
                ),
                may=may_see(context),
            )
        except Forbidden:
            self._looked(session_id, context, "camera.refused", AccessKind.REFUSAL)
            raise
        self._looked(session_id, context, f"camera:{command.camera_id}", AccessKind.CAMERA)
        return receipt

    def cameras(self, session_id: UUID, context: Context) -> Sequence[CameraAhead]:
        """Cameras from where she is to the end of her way, in the order in which she passes them.

        Raises:
            NotOnTheWay: no way of hers can be read.
        """
        session = self._shown(session_id, context, "way")
        along_m = session.along_m()
        if along_m is None or not isinstance(session.route, Route):
            raise NotOnTheWay(str(session_id))
        return self._around.facilities.cameras_along(
            session.route, from_m=along_m, for_m=None, within_m=BESIDE_M
        )

    def track(self, session_id: UUID, context: Context) -> Sequence[Fix]:
        """Where she was lately, oldest first; who looks leaves an access record."""
        session = self._shown(session_id, context, "track")
        return [] if session.over else self._recent(session, self._clock.now())

    def _give(self, taking: Round, session: Monitoring, to: UUID | None, at: datetime) -> None:
        if to is None:
            taking.replace_watcher(session, WatchLapse.GIVEN_BACK)
            return
        taking.roster(session.district).give(session.id, to, at=at, policy=self._policy)
        session.assign(operator_id=to, because=WatchAssigned.GIVEN, at=at, policy=self._policy)

    def _operator(self, context: Context) -> UUID:
        allow(context, *ON_CONSOLES)
        return UUID(context.principal.id)

    def _shown(self, session_id: UUID, context: Context, what: str) -> Monitoring:
        """The session, for whom its centre is; a refusal is recorded as a look is."""
        try:
            self._operator(context)
            session = self._app.load(Monitoring, session_id)
            may_see(context)(session)
        except Forbidden:
            self._looked(session_id, context, what, AccessKind.REFUSAL)
            raise
        self._looked(session_id, context, what, AccessKind.READ)
        return session

    def _looked(self, session_id: UUID, context: Context, what: str, kind: AccessKind) -> None:
        session = self._app.find(Monitoring, session_id)
        self._around.access_log.record(
            context,
            subject=session.citizen_id if session else session_id,
            what=what,
            why=f"session:{session_id}",
            kind=kind,
            about=session_id,
            task=task_of(context.principal.role),
        )
