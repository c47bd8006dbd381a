"""The two persons of an erasure, and the member's own wish to leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from application.context import Context
from application.desk import Desk, allow
from application.erasure_commands import (
    ConfirmErasure,
    DeclineErasure,
    ErasureReceipt,
    ListedErasure,
    RequestErasure,
)
from application.erasure_ports import Tombstone, Traces
from application.forgotten_keys import keys_beside, person_closed
from application.obstacles import against_citizen, kinds_of, looked_at
from application.safe_return import Receipt
from application.two_persons import SEEING, entitled
from domain.base import Aggregate
from domain.device import Device
from domain.emergency import Emergency
from domain.erasure import Erasure, ErasureStage, SubjectKind
from domain.erasure.facts import Held
from domain.hold import HoldBook
from domain.hold_kind import HoldKind
from domain.roles import Role

WAITING: Final = frozenset({ErasureStage.ASKED, ErasureStage.REQUESTED})
FINISHED: Final = frozenset({ErasureStage.DONE, ErasureStage.DECLINED})


class ErasureDesk(Desk):
    """Asks for and confirms erasures. Carrying them out is ``application.erasing``'s."""

    def __init__(self, *desk: Any, traces: Traces) -> None:
        super().__init__(*desk)
        self._traces = traces
        self._over: dict[UUID, ListedErasure] = {}

    def leave(self, context: Context) -> ErasureReceipt:
        """The member asks to leave: queued until two of the staff have agreed.

        Whoever holds the phone can ask; nothing is destroyed by it.
        """
        allow(context, Role.CITIZEN)
        subject = UUID(context.principal.id)

        def attempt() -> ErasureReceipt:
            at = self._clock.now()
            holds = kinds_of(against_citizen(self._app, subject, told_phone=True))
            found = self._app.find(Erasure, Erasure.create_id(subject))
            erasure = found or Erasure.ask(subject, holds=holds, at=at)
            erasure.ask_again(holds=holds, at=at)
            return self._kept(erasure, holds, context)

        return self._decide(context, ErasureReceipt, attempt)

    def leaving(self, context: Context) -> ErasureReceipt:
        """How far the member's wish is, and what it waits for.

        Raises:
            Unknown: nobody has asked.
        """
        allow(context, Role.CITIZEN)
        subject = UUID(context.principal.id)
        erasure = self._app.load(Erasure, Erasure.create_id(subject))
        waits = erasure.stage in WAITING
        against = against_citizen(self._app, subject, told_phone=True)
        holds = kinds_of(against) if waits else ()
        return ErasureReceipt(
            aggregate_id=erasure.id, subject=subject, stage=erasure.stage, holds=holds
        )

    def request(self, command: RequestErasure, context: Context) -> ErasureReceipt:
        """Ask for an erasure, take a member's wish up, or ask anew; under a hold it waits.

        Raises:
            Unknown: there is neither a citizen nor a scout nor a report of that id.
            Forbidden: only administrators and supervisors may.
            AlreadyErased: it is done.
        """
        asked_by = entitled(self._app, context, command.asked_by)

        def attempt() -> ErasureReceipt:
            at = self._clock.now()
            kind, against = looked_at(self._app, command.subject)
            holds = kinds_of(against)
            erasure = self._app.find(Erasure, Erasure.create_id(command.subject))
            if erasure is None:
                erasure = Erasure.request(
                    command.subject,
                    kind,
                    asked_by=asked_by,
                    reason=command.reason,
                    text=command.text,
                    holds=holds,
                    at=at,
                )
            elif erasure.asked_by != asked_by or erasure.stage is not ErasureStage.REQUESTED:
                erasure.take_up(
                    asked_by=asked_by,
                    reason=command.reason,
                    text=command.text,
                    holds=holds,
                    at=at,
                )
            return self._kept(erasure, holds, context)

        return self._decide(context, ErasureReceipt, attempt)

    def decline(self, command: DeclineErasure, context: Context) -> ErasureReceipt:
        """Turn a request down before it is confirmed; the one who asked may, too.

        Raises:
            Unknown: there is no such request.
            TooLate: it is confirmed.
            AlreadyErased: it is done.
        """
        declined_by = entitled(self._app, context, command.declined_by)

        def attempt() -> ErasureReceipt:
            erasure = self._app.load(Erasure, command.erasure_id)
            at = self._clock.now()
            erasure.decline(declined_by=declined_by, reason=command.reason, at=at)
            return self._kept(erasure, (), context)

        return self._decide(context, ErasureReceipt, attempt)

    def confirm(self, command: ConfirmErasure, context: Context) -> ErasureReceipt:
        """Agree to what another has asked for; from then on it is carried out, come what may.

        Raises:
            Unknown: there is no such request.
            Held: an open case, a protection or a legal hold stands against it; kept as a fact.
            SamePerson: the one who asked.
            NotRequested: only the member has asked so far, or it was declined.
            AlreadyErased: it is done.
        """
        confirmed_by = entitled(self._app, context, command.confirmed_by)
        refused: list[HoldKind] = []

        def attempt() -> ErasureReceipt:
            at = self._clock.now()
            erasure = self._app.load(Erasure, command.erasure_id)
            holds = kinds_of(looked_at(self._app, erasure.subject)[1])
            if holds and erasure.stage is ErasureStage.REQUESTED:
                refused[:] = holds
                erasure.refuse(confirmed_by=confirmed_by, holds=holds, at=at)
                return self._kept(erasure, holds, context)
            incidents = keys_beside(self._app, erasure)
            devices = self._devices(erasure, at)
            erasure.confirm(
                confirmed_by=confirmed_by, incidents=incidents, devices=len(devices), at=at
            )
            closed = self._closed(erasure, incidents, at)
            return self._kept(erasure, (), context, *devices, *closed)

        receipt = self._decide(context, ErasureReceipt, attempt)
        if refused:
            raise Held(f"{receipt.subject}: {', '.join(refused)}")
        return receipt

    def restore(self, tombstone: Tombstone, keys: int, context: Context) -> bool:
        """Do an erasure again that stands outside the database; whether that was needed."""
        allow(context, Role.SYSTEM)

        def attempt() -> Receipt:
            at = self._clock.now()
            erasure = self._app.find(Erasure, Erasure.create_id(tombstone.subject))
            if erasure is None:
                erasure = Erasure.restore(
                    tombstone.subject,
                    tombstone.kind,
                    incidents=tombstone.incidents,
                    keys=keys,
                    at=at,
                )
            elif keys or erasure.stage in {*WAITING, ErasureStage.DECLINED}:
                erasure.reapply(keys=keys, at=at)
            if not erasure.pending_events:
                return Receipt(aggregate_id=erasure.id)
            devices = self._devices(erasure, at)
            closed = self._closed(erasure, tombstone.incidents, at)
            receipt = Receipt(aggregate_id=erasure.id)
            return self._app.commit([erasure, *devices, *closed], context=context, receipt=receipt)

        return self._decide(context, Receipt, attempt).position is not None

    def listed(self, context: Context, *, unfinished: bool = False) -> Sequence[ListedErasure]:
        """All erasures, oldest first; what waits and what stands against it is looked up now.

        ``unfinished`` leaves out what is done or declined: screens ask again and again, and
        what is done is done for good, so that it is replayed once and remembered.
        """
        allow(context, *SEEING, Role.SYSTEM)
        ids = self._traces.erasures()
        shown = [one for one in ids if one not in self._over] if unfinished else ids
        found = [listed for one in shown if (listed := self._found(one)) is not None]
        return [one for one in found if not unfinished or one.stage not in FINISHED]

    def stage_of(self, erasure_id: UUID, context: Context) -> ErasureStage:
        """How far it is.

        Raises:
            Unknown: there is no such erasure.
        """
        allow(context, Role.SYSTEM)
        return self._app.load(Erasure, erasure_id).stage

    def _found(self, erasure_id: UUID) -> ListedErasure | None:
        if erasure_id in self._over:
            return self._over[erasure_id]
        erasure = self._app.find(Erasure, erasure_id)
        if erasure is None:
            return None
        listed = self._listed(erasure)
        if listed.stage is ErasureStage.DONE:
            self._over[erasure_id] = listed
        return listed

    def _listed(self, erasure: Erasure) -> ListedErasure:
        waits = erasure.stage in WAITING
        against = looked_at(self._app, erasure.subject)[1] if waits else ()
        return ListedErasure(
            erasure_id=erasure.id,
            subject=erasure.subject,
            kind=erasure.kind,
            stage=erasure.stage,
            reason=erasure.reason,
            asked_at=erasure.asked_at,
            asked_by=erasure.asked_by,
            confirmed_by=erasure.confirmed_by,
            declined_by=erasure.declined_by,
            holds=kinds_of(against),
            against=against,
        )

    def _devices(self, erasure: Erasure, at: datetime) -> list[Device]:
        """The citizen's phones, their word taken away."""
        if erasure.kind is not SubjectKind.CITIZEN:
            return []
        found = (self._app.find(Device, one) for one in self._traces.devices_of(erasure.subject))
        devices = [device for device in found if device is not None and not device.revoked]
        for device in devices:
            device.revoke(at=at)
        return devices

    def _closed(self, erasure: Erasure, incidents: Sequence[UUID], at: datetime) -> list[Aggregate]:
        """What must not change under the erasure's hands: the stream's version decides the race."""
        closed: list[Aggregate] = []
        for target in (erasure.subject, *incidents):
            book = self._app.find(HoldBook, HoldBook.create_id(target))
            book = book or HoldBook.begin_for(target, at=at)
            book.close(erasure_id=erasure.id, at=at)
            closed.append(book)
            report = self._app.find(Emergency, target)
            if report is not None:
                report.drop_follow_ups(at=at)
                closed.append(report)
        closed += person_closed(self._app, erasure, at=at)
        return closed

    def _kept(
        self,
        erasure: Erasure,
        holds: tuple[HoldKind, ...],
        context: Context,
        *others: Aggregate,
    ) -> ErasureReceipt:
        receipt = ErasureReceipt(
            aggregate_id=erasure.id, subject=erasure.subject, stage=erasure.stage, holds=holds
        )
        return self._app.commit([erasure, *others], context=context, receipt=receipt)
