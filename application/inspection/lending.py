"""The staff's side of detectors: the district's pieces, and who has which until when.

A loan and the pool that its detector comes from are saved in one append, so of two who ask for the
last one, one is told that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from application.context import Context
from application.desk import Desk, allow
from application.inspection.commands import (
    AddPiece,
    DecideForm,
    DeclineForm,
    LoseDetector,
    ReturnDetector,
)
from application.inspection.freeing import freed
from application.inspection.rights import DECIDING, FURNISHING, allow_in
from application.inspection.telling import told
from application.outbox import TimerKind
from application.safe_return import Receipt
from application.timers import DueTimer
from domain.base import Aggregate
from domain.geography import DistrictCode
from domain.inspection import DetectorLoan, DetectorPool
from domain.inspection.detector_pool import Mark
from domain.inspection.refusals import NoneFree, PieceUnknown
from domain.inspection.vocabulary import Condition
from domain.policy import Policy
from domain.roles import Role

TOLD_BY: Final = {
    TimerKind.DETECTOR_COLLECT: "detector_loan.not_collected",
    TimerKind.DETECTOR_REMIND: "detector_loan.reminded",
    TimerKind.DETECTOR_DUE: "detector_loan.overdue",
}
Decision = Callable[[DetectorLoan, UUID, datetime], Sequence[Aggregate]]


class DetectorDesk(Desk):
    """Decides upon loans, and keeps the pieces. The district's staff, and the city."""

    def __init__(self, *desk: Any, policy: Policy) -> None:
        super().__init__(*desk)
        self._policy = policy

    def approve(self, command: DecideForm, context: Context) -> Receipt:
        """Let a detector lie ready.

        Raises:
            NoneFree: there is none to give.
            LoanDecided, LoanOver: somebody was here before.
        """

        def decide(loan: DetectorLoan, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            pool = self._pool(loan.district)
            if pool is None:
                raise NoneFree(loan.district)
            loan.approve(
                staff_id=staff_id,
                mark=pool.reserve(loan_id=loan.id, at=at),
                at=at,
                policy=self._policy,
            )
            return [pool]

        return self._decided(command.form_id, context, decide, tell="detector_loan.approved")

    def decline(self, command: DeclineForm, context: Context) -> Receipt:
        """Raises LoanOver or LoanDecided."""

        def decide(loan: DetectorLoan, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            loan.decline(staff_id=staff_id, why=command.why, note=command.note, at=at)
            return freed(self._app, loan, at=at)

        return self._decided(command.form_id, context, decide, tell="detector_loan.declined")

    def hand_over(self, command: DecideForm, context: Context) -> Receipt:
        """Raises LoanNotApproved or LoanOver."""

        def decide(loan: DetectorLoan, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            loan.hand_over(staff_id=staff_id, at=at, policy=self._policy)
            return ()

        return self._decided(command.form_id, context, decide, tell="detector_loan.handed_over")

    def take_back(self, command: ReturnDetector, context: Context) -> Receipt:
        """The detector is back. Raises LoanNotHandedOver or LoanOver."""

        def decide(loan: DetectorLoan, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            loan.take_back(staff_id=staff_id, condition=command.condition, note=command.note, at=at)
            damaged = command.condition is Condition.DAMAGED
            return freed(self._app, loan, at=at, damaged=damaged)

        return self._decided(command.form_id, context, decide)

    def lose(self, command: LoseDetector, context: Context) -> Receipt:
        """The detector will not come back. Raises LoanNotHandedOver or LoanOver."""

        def decide(loan: DetectorLoan, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            loan.lose(staff_id=staff_id, note=command.note, at=at)
            pool = self._pool(loan.district)
            if pool is not None:
                pool.write_off(loan_id=loan.id, at=at)
            return [pool] if pool else []

        return self._decided(command.form_id, context, decide)

    def add_piece(self, command: AddPiece, context: Context) -> Receipt:
        """Give the district a detector more. Raises PieceKnown."""
        allow_in(context, command.district, *FURNISHING, Role.SYSTEM)

        def attempt() -> Receipt:
            at = self._clock.now()
            pool = self._pool(command.district)
            pool = pool or DetectorPool.begin_for(command.district, at=at)
            pool.add(command.mark, at=at)
            return self._app.commit([pool], context=context, receipt=Receipt(aggregate_id=pool.id))

        return self._decide(context, Receipt, attempt)

    def damage(self, piece: AddPiece, context: Context) -> Receipt:
        """It broke at home. Raises PieceUnknown."""
        return self._kept(piece, context, lambda pool, mark, at: pool.damage(mark, at=at))

    def repair(self, piece: AddPiece, context: Context) -> Receipt:
        """Raises PieceUnknown."""
        return self._kept(piece, context, lambda pool, mark, at: pool.repair(mark, at=at))

    def retire(self, piece: AddPiece, context: Context) -> Receipt:
        """Raises PieceUnknown."""
        return self._kept(piece, context, lambda pool, mark, at: pool.retire(mark, at=at))

    def timed(self) -> Mapping[TimerKind, Callable[[DueTimer, Context], Receipt]]:
        """What its timers ask."""
        return {
            TimerKind.DETECTOR_COLLECT: lambda timer, context: self._asked(
                timer, context, lambda one, at: one.collect_due(due_at=timer.due_at, at=at)
            ),
            TimerKind.DETECTOR_REMIND: lambda timer, context: self._asked(
                timer, context, lambda one, at: one.remind(at=at)
            ),
            TimerKind.DETECTOR_DUE: lambda timer, context: self._asked(
                timer, context, lambda one, at: one.return_due(at=at)
            ),
        }

    def _kept(
        self,
        piece: AddPiece,
        context: Context,
        act: Callable[[DetectorPool, Mark, datetime], None],
    ) -> Receipt:
        allow_in(context, piece.district, *FURNISHING)

        def attempt() -> Receipt:
            pool = self._pool(piece.district)
            if pool is None:
                raise PieceUnknown(piece.mark)
            act(pool, piece.mark, self._clock.now())
            return self._app.commit([pool], context=context, receipt=Receipt(aggregate_id=pool.id))

        return self._decide(context, Receipt, attempt)

    def _decided(
        self, form_id: UUID, context: Context, decide: Decision, *, tell: str | None = None
    ) -> Receipt:
        def attempt() -> Receipt:
            at = self._clock.now()
            loan = self._app.load(DetectorLoan, form_id)
            allow_in(context, loan.district, *DECIDING)
            more = decide(loan, UUID(context.principal.id), at)
            if loan.pending_events and tell:
                more = (*more, told(loan, tell, at=at))
            return self._app.commit(
                [loan, *more], context=context, receipt=Receipt(aggregate_id=form_id)
            )

        return self._decide(context, Receipt, attempt)

    def _asked(
        self, timer: DueTimer, context: Context, ask: Callable[[DetectorLoan, datetime], None]
    ) -> Receipt:
        allow(context, Role.SYSTEM)

        def attempt() -> Receipt:
            at = self._clock.now()
            loan = self._app.load(DetectorLoan, timer.aggregate_id)
            ask(loan, at)
            more = freed(self._app, loan, at=at) if loan.over else []
            if loan.pending_events:
                more.append(told(loan, TOLD_BY[timer.kind], at=at))
            return self._app.commit(
                [loan, *more], context=context, receipt=Receipt(aggregate_id=loan.id)
            )

        return self._decide(context, Receipt, attempt)

    def _pool(self, district: DistrictCode) -> DetectorPool | None:
        return self._app.find(DetectorPool, DetectorPool.create_id(district))
