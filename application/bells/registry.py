"""The register of bells: filled from lists, corrected by hand, kept well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from application.bells.lists import ListedBell
from application.bells.ports import BellRegister, BellSigns, KnownBell
from application.context import Context
from application.desk import Desk, allow
from application.errors import Conflict, Forbidden
from application.policies_in_force import Policies
from application.safe_return import Receipt
from domain.base import Value
from domain.bell import Bell
from domain.bell.refusals import BellUnknown
from domain.roles import Role

OneT = TypeVar("OneT")

BATCH: Final = 250
"""Bells in one append."""


class Imported(Value):
    """What became of a list."""

    installed: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0


class BellRegistry(Desk):
    """Bells as districts have them, and their repair."""

    def __init__(
        self, *desk: Any, register: BellRegister, signs: BellSigns, policy: Policies, **more: Any
    ) -> None:
        super().__init__(*desk, **more)
        self._register = register
        self._signs = signs
        self._policies = policy

    def take_in(
        self,
        listed: Sequence[ListedBell],
        context: Context,
        *,
        retire_others: bool = False,
        advance: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> Imported:
        """Let the register be as a list says; a list taken in twice changes nothing.

        Args:
            listed: each bell once.
            context: who asks.
            retire_others: whether bells that are not on the list were taken down.
            advance: told of what is as it was, and after each batch.

        Raises:
            Forbidden: the caller is no administrator.
            LogUnavailable: batches before are stored; take the list in again.
        """
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)
        known = self._register.known()
        changed = [one for one in listed if not _is_as_known(one, known)]
        total = Imported(unchanged=len(listed) - len(changed))
        done = total.unchanged
        advance(done, len(listed))
        for batch in _batches(changed):
            total = _sum(total, self._batch(batch, known, context))
            done += len(batch)
            advance(done, len(listed))
        if retire_others:
            standing = {one.bell_no for one in known.values() if not one.retired}
            gone = sorted(standing - {one.bell_no for one in listed})
            total = _sum(total, Imported(retired=self._retire(gone, context)))
        return total

    def _batch(
        self, listed: Sequence[ListedBell], known: Mapping[UUID, KnownBell], context: Context
    ) -> Imported:
        """Bells that are new are not looked for: should one have come since, the log says so."""
        found = [
            self._find(one) if Bell.create_id(one.bell_no) in known else None for one in listed
        ]
        try:
            return self._stand(listed, found, context)
        except Conflict:  # somebody takes in the same bells: ask each bell itself
            return self._stand(listed, [self._find(one) for one in listed], context)

    def _find(self, listed: ListedBell) -> Bell | None:
        return self._app.find(Bell, Bell.create_id(listed.bell_no))

    def _stand(
        self, listed: Sequence[ListedBell], found: Sequence[Bell | None], context: Context
    ) -> Imported:
        at = self._clock.now()
        new, changed, bells = 0, 0, []
        for one, known in zip(listed, found, strict=True):
            if known is None:
                bells.append(
                    Bell.install(bell_no=one.bell_no, place=one.place, line=one.line, at=at)
                )
                new += 1
            else:
                known.stand_at(place=one.place, line=one.line, at=at)
                changed += bool(known.pending_events)
                bells.append(known)
        if bells:
            self._app.commit(bells, context=context, receipt=Receipt(aggregate_id=bells[0].id))
        return Imported(installed=new, changed=changed, unchanged=len(bells) - new - changed)

    def _retire(self, bell_nos: Sequence[str], context: Context) -> int:
        for batch in _batches(bell_nos):
            bells = [self._app.load(Bell, Bell.create_id(one)) for one in batch]
            for bell in bells:
                bell.retire(at=self._clock.now())
            self._app.commit(bells, context=context, receipt=Receipt(aggregate_id=bells[0].id))
        return len(bell_nos)

    def repair(self, bell_no: str, context: Context) -> Receipt:
        """Take a bell from the maintenance list.

        Raises:
            BellUnknown: no such bell is registered.
            Forbidden: it stands in another district.
            BellRetired, NothingToRepair: the bell says no.
            Conflict, LogUnavailable: nothing was stored; ask again.
        """
        allow(context, Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
        at = self._clock.now()

        def attempt() -> Receipt:
            bell = self._app.find(Bell, Bell.create_id(bell_no))
            if bell is None:
                raise BellUnknown(bell_no)
            who = context.principal
            if who.role is not Role.COORDINATOR and who.district != bell.place.district:
                raise Forbidden(f"{who.role} of {who.district}")
            bell.repair(repaired_by=UUID(who.id), battery_low=self._is_low(bell), at=at)
            return self._app.commit([bell], context=context, receipt=Receipt(aggregate_id=bell.id))

        return self._decide(context, Receipt, attempt)

    def _is_low(self, bell: Bell) -> bool:
        sign = self._signs.of(bell.id)
        if sign is None or sign.battery_pct is None:
            return False
        policy = self._policies.at(self._clock.now())
        fresh = bell.repaired_at is None or sign.heard_at > bell.repaired_at
        return fresh and sign.battery_pct < policy.bell_battery_low_pct


def _is_as_known(one: ListedBell, known: Mapping[UUID, KnownBell]) -> bool:
    as_known = known.get(Bell.create_id(one.bell_no))
    return (
        as_known is not None
        and not as_known.retired
        and ((as_known.place, as_known.line) == (one.place, one.line))
    )


def _batches(listed: Sequence[OneT]) -> Iterator[Sequence[OneT]]:
    return (listed[first : first + BATCH] for first in range(0, len(listed), BATCH))


def _sum(one: Imported, other: Imported) -> Imported:
    return Imported(
        **{name: getattr(one, name) + getattr(other, name) for name in Imported.model_fields}
    )
