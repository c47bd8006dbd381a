"""Drill mode: a citizen tries the alarm, for a while that our clock ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from application.context import Context
from application.desk import Desk, allow
from application.policies_in_force import Policies
from application.safe_return import Receipt
from domain.member import DrillDuringReport, Member
from domain.report_guard import ReportGuard
from domain.roles import Role

Step = Callable[[Member], None]


class DrillModeReceipt(Receipt):
    """``until`` is None when drill mode is off; both times are ours."""

    until: AwareDatetime | None
    server_time: AwareDatetime


class DrillModeDesk(Desk):
    """A phone's word alone makes no drill: the trigger's desk asks whether drill mode is on.

    The caller is a citizen's phone. Every command may end in:

    Raises:
        Forbidden: somebody else asks.
        Unknown: the citizen is none.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def __init__(self, *desk: Any, policies: Policies) -> None:
        super().__init__(*desk)
        self._policies = policies

    def on(self, context: Context) -> DrillModeReceipt:
        """Switch it on until it ends by itself; again, it begins anew.

        Raises:
            DrillDuringReport: a real report of the citizen's is open.
        """

        def step(member: Member) -> None:
            guard = self._app.find(ReportGuard, ReportGuard.create_id(member.id))
            if guard is not None and guard.open_real:
                raise DrillDuringReport(str(member.id))
            now = self._clock.now()
            member.practise(at=now, policy=self._policies.at(now))

        return self._switch(context, step)

    def off(self, context: Context) -> DrillModeReceipt:
        """Switch it off; off already, nothing changes."""
        return self._switch(context, lambda member: member.stop_practising(at=self._clock.now()))

    def state(self, context: Context) -> DrillModeReceipt:
        """Whether it is on, and until when."""
        return self._switch(context, lambda _member: None)

    def _switch(self, context: Context, step: Step) -> DrillModeReceipt:
        allow(context, Role.CITIZEN)

        def attempt() -> DrillModeReceipt:
            member = self._app.load(Member, UUID(context.principal.id))
            step(member)
            now = self._clock.now()
            receipt = DrillModeReceipt(
                aggregate_id=member.id,
                until=member.drill_until if member.is_practising(at=now) else None,
                server_time=now,
            )
            return self._app.commit([member], context=context, receipt=receipt)

        return self._decide(context, DrillModeReceipt, attempt)
