"""Where she goes: takes a phone's positions, and notices when none come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import AwareDatetime

from application.context import Context
from application.desk import allow
from application.emergency.base import ReportDesk
from application.errors import Unknown
from application.identity import DeviceIdentity
from application.live_map import LiveMap
from application.positions import RefusedFix, read_fixes
from application.safe_return import Receipt
from application.triggers import maker_of, maker_of_scout
from domain.base import Value
from domain.emergency import Emergency
from domain.roles import Role
from domain.watching.border import crossed

SWEEP: Final = 200
BORDER_LOOK_BACK: Final = 10
"""How many times the time that makes a crossing is looked back for one."""


class SendPositions(Value):
    """What a phone sent: any JSON value.

    ``device`` is what an unknown device called itself; ``scout_id`` is of a scout's phone.
    """

    report_id: UUID
    sent: Any = None
    identity: DeviceIdentity | None = None
    device: object = None
    scout_id: UUID | None = None


class PositionsReceipt(Receipt):
    """What became of a batch. ``position`` is None when the log needed none of it."""

    taken: int
    thinned: int
    """Known already, or too close after another: nothing is wrong with them."""
    refused: tuple[RefusedFix, ...]
    open: bool
    """False when the report is over: nothing was kept, and nothing more is wanted."""
    server_time: AwareDatetime


class PositionDesk(ReportDesk):
    """Positions are kept beside the log; what of them is a fact, the report decides."""

    def __init__(self, *desk: Any, live: LiveMap, **more: Any) -> None:
        super().__init__(*desk, **more)
        self._live = live

    def take(self, command: SendPositions, context: Context) -> PositionsReceipt:
        """Take a batch of positions, in any order and state; only its maker can send any.

        Raises:
            Unknown: there is no such report, or the caller did not raise it.
            LogUnavailable, KeyRingUnavailable: send again.
        """
        at = self._clock.now()
        [report] = loaded = [self._of_its_maker(command)]
        over = report.ended or report.seems_over
        empty = answer = PositionsReceipt(
            aggregate_id=report.id,
            taken=0,
            thinned=0,
            refused=(),
            open=not over,
            server_time=at,
        )
        if report.ended:
            return answer
        read = read_fixes(
            command.sent,
            at=at,
            known_skew_s=report.clock_skew_s,
            districts=self._districts,
            policy=self._policy,
        )
        taken = self._live.keep(report.id, read.fixes)
        answer = answer.model_copy(
            update={
                "taken": taken,
                "thinned": len(read.fixes) - taken + read.left_out,
                "refused": read.refused,
            }
        )
        look_back = timedelta(seconds=self._policy.border_after_s * BORDER_LOOK_BACK)
        track = self._live.recent(report.id, at - look_back)

        def attempt() -> PositionsReceipt:
            one = loaded.pop() if loaded else self._load(command.report_id)
            one.follow_positions(read.fixes, at=at, policy=self._policy)
            crossing = crossed(
                track, own=one.district, after=one.responsible_since, policy=self._policy
            )
            if crossing is not None:
                one.follow_over_border(crossing, at=at, policy=self._policy)
            return self._app.commit([one], context=context, receipt=answer)

        told = self._decide(context, PositionsReceipt, attempt)
        return empty if over else told  # under duress they help, and the phone is not told

    def lose_signals(self, context: Context) -> int:
        """Note of whom nothing has been heard for too long; how many there were."""
        allow(context, Role.SYSTEM)
        return sum(self._lose_signal(one, context) for one in self._live.silent(SWEEP))

    def purge(self, context: Context) -> int:
        """Delete the positions of cases that are over; how many there were."""
        allow(context, Role.SYSTEM)
        return self._live.purge()

    def _lose_signal(self, report_id: UUID, context: Context) -> bool:
        at = self._clock.now()
        since = at - timedelta(seconds=self._policy.live_positions_s)

        def attempt() -> Receipt:
            report = self._load(report_id)
            usable = [
                one for one in self._live.recent(report_id, since) if one.usable(self._policy)
            ]
            report.lose_signal(usable[-1] if usable else None, at=at, policy=self._policy)
            return self._app.commit(
                [report], context=context, receipt=Receipt(aggregate_id=report_id)
            )

        return self._decide(context, Receipt, attempt).position is not None

    def _of_its_maker(self, command: SendPositions) -> Emergency:
        report = self._load(command.report_id)
        identity, scout_id = command.identity, command.scout_id
        device = maker_of_scout(scout_id) if scout_id else maker_of(identity, command.device)
        citizen_id = identity.speaks_for if identity else None
        if not report.is_triggered_by(citizen_id=citizen_id, device=device):
            raise Unknown(str(command.report_id))
        return report
