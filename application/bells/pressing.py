"""Takes presses: each is an emergency of its own kind, or joins the one that is open."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from application.bells.presses import Press, PressReceipt, bell_no_of, codes_of, read_press
from application.context import Context, Idempotency
from application.desk import allow
from application.emergency.linking import Linking
from application.safe_return import Receipt
from domain.base import Aggregate
from domain.bell import Bell, BellGuard
from domain.bell.bell_guard import Place, Pressed, Standing
from domain.emergency import Emergency, Signal
from domain.roles import Role

PRESS_ROUTE: Final = "bell.press"


class BellPresses(Linking):
    """Nobody can take a press back: there is no window, and it rings at once.

    A bell that is not registered, or was taken down, rings all the same, and is flagged.
    """

    def press(self, press: Press, context: Context) -> PressReceipt:
        """Raise a report, join the one that is open, or count; a repeat gets the first answer.

        The press's id, bound to its bell, is the key: a message that is delivered twice is one
        press.

        Raises:
            LogUnavailable: nothing was stored; the bell, or its broker, must send again.
        """
        allow(context, Role.PARTNER, Role.ANONYMOUS, Role.SYSTEM)
        at = self._clock.now()
        bell = self._app.find(Bell, Bell.create_id(bell_no_of(press.bell_no)))
        signal = read_press(press, bell, at=at, policy=self._policy)
        keyed = context.model_copy(
            update={
                "idempotency": Idempotency(
                    route=PRESS_ROUTE,
                    key=str(signal.report_id),
                    body_sha256=press.body_sha256,
                ),
                "urgent": True,
            }
        )

        def attempt() -> PressReceipt:
            return self._press(bell_no_of(press.bell_no), signal, at=at, context=keyed)

        def otherwise(first: PressReceipt) -> None:
            self._amend(first.aggregate_id, signal, at=at, context=keyed)

        return self._decide(keyed, PressReceipt, attempt, first_stands=True, otherwise=otherwise)

    def _amend(self, report_id: UUID, signal: Signal, *, at: datetime, context: Context) -> None:
        """Keep what a repeat says otherwise; its answer is the first's."""
        unkeyed = context.model_copy(update={"idempotency": None})

        def attempt() -> Receipt:
            report = self._load(report_id)
            report.amend(signal, at=at)
            receipt = Receipt(aggregate_id=report_id)
            return self._app.commit([report], context=unkeyed, receipt=receipt)

        self._decide(unkeyed, Receipt, attempt)

    def _press(
        self, bell_no: str, signal: Signal, *, at: datetime, context: Context
    ) -> PressReceipt:
        found = self._app.find(BellGuard, BellGuard.create_id(bell_no))
        guard = found or BellGuard.begin_for(bell_no, at=at)
        latest = self._load(guard.latest) if guard.latest is not None else None
        placed = guard.place(
            press_id=signal.trigger_id,
            report_id=signal.report_id,
            standing=Standing(latest.ended, latest.seen_stuck) if latest else None,
            at=at,
            policy=self._policy,
        )
        saved: list[Aggregate] = [*self._placed(signal, placed, latest, at=at), guard]
        return self._app.commit(
            saved,
            context=context,
            receipt=PressReceipt(
                aggregate_id=placed.report_id,
                press_id=signal.trigger_id,
                joined=placed.place in {Place.JOINS, Place.AGAIN},
                counted=placed.place is Place.COUNTS,
                server_time=at,
                flags=signal.flags,
                codes=codes_of(signal.flags),
            ),
        )

    def _placed(
        self, signal: Signal, placed: Pressed, latest: Emergency | None, *, at: datetime
    ) -> list[Aggregate]:
        """The report that rings for the press, and what is saved along with it."""
        match placed.place:
            case Place.OPENS:
                report = Emergency.trigger(signal, at=at, policy=self._policy)
                report.window_elapsed(at=at, policy=self._policy)
                self._ring_elsewhere(report, at=at)
                saved: list[Aggregate] = [report]
                if latest is not None and placed.linked_to is not None:
                    saved += [latest, self._linked(latest, report, operator_id=None, at=at)]
                return [*saved, *self._counted(report, signal, placed, at=at)]
            case Place.JOINS:
                assert latest is not None  # noqa: S101 - there is one to join
                latest.join(signal, at=at, policy=self._policy)
                self._ring_elsewhere(latest, at=at)
                return [latest, *self._counted(latest, signal, placed, at=at)]
            case Place.AGAIN:
                report = self._load(placed.report_id)
                report.amend(signal, at=at)
                return [report]
            case Place.COUNTS:
                return []

    def _counted(
        self, report: Emergency, signal: Signal, placed: Pressed, *, at: datetime
    ) -> list[Bell]:
        """Label the report of a bell that seems stuck; the bell itself remembers it, too."""
        if not report.count_presses(placed.within, at=at, policy=self._policy):
            return []
        assert signal.device.device_id is not None  # noqa: S101 - a bell's is its own
        bell = self._app.find(Bell, signal.device.device_id)
        if bell is None:
            return []
        bell.seem_stuck(
            report_id=report.id,
            presses=placed.within,
            within_s=self._policy.bell_stuck_within_s,
            at=at,
        )
        return [bell]
