"""The desk of shifts: who begins and ends one, and what follows when a console falls silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from application.consoles import Console
from application.context import Context, Principal
from application.desk import Desk, allow
from application.policies_in_force import Policies
from application.safe_return import Receipt
from application.shifts import Around, Beaten, Briefed, Briefing, CentreSeen, OpenReport, Shift
from domain.centre import Centre, CentreClosing
from domain.duty import Duty, ShiftEnd
from domain.geography import CITY, DistrictCode
from domain.policy import Policy
from domain.roles import Role

ON_CONSOLES: Final = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)


class ShiftDesk(Desk):
    """Shifts, their consoles' beats, and what the machine makes of a silence."""

    def __init__(self, *desk: Any, around: Around, policy: Policies) -> None:
        super().__init__(*desk)
        self._around = around
        self._policies = policy

    @property
    def _policy(self) -> Policy:
        """The numbers in force now."""
        return self._policies.at(self._clock.now())

    def start(self, context: Context) -> Shift:
        """Begin a shift, by a human hand; begun again at the same post it lasts on.

        Raises:
            Forbidden: the caller answers no reports.
        """
        allow(context, *ON_CONSOLES)
        who, at = context.principal, self._clock.now()
        staff_id, district = UUID(who.id), post_of(who)

        def attempt() -> Receipt:
            duty = self._app.find(Duty, Duty.create_id(staff_id))
            duty = duty or Duty.begin_for(staff_id, at=at)
            duty.start(role=who.role, district=district, at=at)
            centre = self._centre(district, at)
            centre.opens(staff_id=staff_id, at=at)
            return self._app.commit(
                [duty, centre], context=context, receipt=Receipt(aggregate_id=duty.id)
            )

        self._decide(context, Receipt, attempt)
        self._around.consoles.put(Console(staff_id, who.role, district, at, at, at))
        return Shift(
            staff_id=staff_id,
            district=district,
            started_at=at,
            beat_again_in_s=self._policy.input_beat_s,
        )

    def beat(self, context: Context, *, felt: bool) -> Beaten:
        """A console says that it lives, and whether a human hand was ``felt`` since its last beat.

        Raises:
            Forbidden: the caller answers no reports.
        """
        allow(context, *ON_CONSOLES)
        known = self._around.consoles.beat(UUID(context.principal.id), self._clock.now(), felt=felt)
        return Beaten(on_shift=known is not None, beat_again_in_s=self._policy.input_beat_s)

    def end(self, context: Context) -> None:
        """End the shift, by hand; twice is once."""
        allow(context, *ON_CONSOLES)
        console = self._around.consoles.find(UUID(context.principal.id))
        if console is not None:
            self._end(console, ShiftEnd.ENDED, self._clock.now(), context)

    def briefing(self, context: Context) -> Briefing:
        """What others did for the asker's centre while it was last closed."""
        allow(context, *ON_CONSOLES)
        district = post_of(context.principal)
        rows = self._around.centres.rows()
        seen = next((one for one in rows if one.district == district), None)
        since = seen.closed_since if seen else None
        until = seen.since if seen and seen.open else self._clock.now()
        handled = self._around.centres.handled(district, since, until) if since else ()
        return Briefing(
            district=district,
            closed_since=since,
            opened_at=seen.since if seen and seen.open else None,
            reports=tuple(
                Briefed.model_validate({name: getattr(one, name) for name in Briefed.model_fields})
                for one in handled
            ),
        )

    def centres(self, context: Context) -> Sequence[CentreSeen]:
        """Every centre that ever had a console, and whether somebody is there."""
        allow(context, *ON_CONSOLES, Role.AUDITOR, Role.ADMINISTRATOR)
        return self._around.centres.rows()

    def look(self, context: Context) -> None:
        """See who is there, and tell the reports of it; harmless to do twice, or at once."""
        allow(context, Role.SYSTEM)
        at = self._clock.now()
        consoles = {one.staff_id: one for one in self._around.consoles.all()}
        for console in consoles.values():
            if at > console.heard_at + timedelta(seconds=self._policy.console_stale_s):
                self._end(console, ShiftEnd.VANISHED, at, context)
        self._open_and_close(self._live(at), at, context)
        touched = {
            one.district
            for one in self._around.consoles.all()
            if one.is_live(at, self._policy) and one.is_touched(at, self._policy)
        }
        for row in self._around.queue.attended(touched):
            self._attend(row, consoles, at, context)

    def _attend(
        self, row: OpenReport, consoles: dict[UUID, Console], at: datetime, context: Context
    ) -> None:
        reports = self._around.reports
        if row.held_by is None:
            if row.district != CITY:
                reports.centre_unattended(row.report_id, context)
            return
        console = consoles.get(row.held_by)
        seen_at = None if console is None else console.input_at
        silent = seen_at is None or at >= seen_at + timedelta(seconds=self._policy.input_stale_s)
        if silent and row.holder_away_at is None:
            reports.holder_silent(row.report_id, row.held_by, seen_at, context)
        elif row.holder_away_at is not None and seen_at and seen_at > row.holder_away_at:
            reports.holder_seen(row.report_id, row.held_by, context)

    def _live(self, at: datetime) -> dict[DistrictCode, UUID]:
        """Open centres, each with somebody who is there."""
        live: dict[DistrictCode, UUID] = {}
        for console in self._around.consoles.all():
            if console.is_live(at, self._policy):
                live.setdefault(console.district, console.staff_id)
        return live

    def _open_and_close(
        self, live: dict[DistrictCode, UUID], at: datetime, context: Context
    ) -> None:
        for seen in self._around.centres.rows():
            if seen.open != (seen.district in live):
                self._turn(seen.district, live.get(seen.district), at, context)

    def _turn(
        self, district: DistrictCode, staff_id: UUID | None, at: datetime, context: Context
    ) -> None:
        def attempt() -> Receipt:
            centre = self._centre(district, at)
            if staff_id is not None:
                centre.opens(staff_id=staff_id, at=at)
            else:
                self._close(centre, CentreClosing.SILENT, at)
            return self._app.commit(
                [centre], context=context, receipt=Receipt(aggregate_id=centre.id)
            )

        self._decide(context, Receipt, attempt)

    def _end(self, console: Console, end: ShiftEnd, at: datetime, context: Context) -> None:
        """End a shift; whoever was the last one there closes the centre with it."""
        others = [
            one
            for one in self._around.consoles.of(console.district)
            if one.staff_id != console.staff_id and one.is_live(at, self._policy)
        ]

        def attempt() -> Receipt:
            duty = self._app.find(Duty, Duty.create_id(console.staff_id))
            duty = duty or Duty.begin_for(console.staff_id, at=at)
            duty.end(end, last_heard_at=console.heard_at, at=at)
            touched: list[Any] = [duty]
            if not others:
                centre = self._centre(console.district, at)
                by_hand = end is ShiftEnd.ENDED
                closing = CentreClosing.SHIFT_ENDED if by_hand else CentreClosing.SILENT
                self._close(centre, closing, at)
                touched.append(centre)
            return self._app.commit(touched, context=context, receipt=Receipt(aggregate_id=duty.id))

        self._decide(context, Receipt, attempt)
        self._around.consoles.take(console.staff_id)

    def _close(self, centre: Centre, closing: CentreClosing, at: datetime) -> None:
        heard = [one.heard_at for one in self._around.consoles.of(centre.district)]
        centre.closes(
            closing,
            last_seen_at=max(heard, default=None),
            coordinator=self._around.presence.supervisor(CITY, at),
            at=at,
        )

    def _centre(self, district: DistrictCode, at: datetime) -> Centre:
        found = self._app.find(Centre, Centre.create_id(district))
        return found or Centre.begin_for(district, at=at)


def post_of(principal: Principal) -> DistrictCode:
    """Where somebody serves: a district's centre, or the city."""
    return principal.district or CITY
