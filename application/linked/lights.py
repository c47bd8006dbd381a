"""Brings the lights in line with what a report or a session needs: blink, brighten, or neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.desk import Desk
from application.linked.needs import Need, need_of
from application.linked.ports import LampBook, LightCommand, LightsPartner
from application.policies_in_force import Policies
from application.safe_return import Receipt
from domain.linked import LightMode, LightUse
from domain.policy import Policy

NOTHING_TO_DO = "as_it_is"
"""Stands as the reference where the lights do already what is needed."""
PROLONGED_BY: Final = timedelta(minutes=1)
"""Lamps that blink are told anew when that makes so much of a difference to when they stop."""


class LightsCarrier(Desk):
    """Called for by many facts, and the same for each: what counts is what is needed now.

    A lamp that several need does the strongest of it, and is restored when the last is over. What
    is to be undone is remembered before anything is sent, so that a crash leaves no lamp blinking.
    """

    def __init__(
        self,
        *desk: Any,
        lamps: LampBook,
        partner: Callable[[], LightsPartner],
        policy: Policies,
        **more: Any,
    ) -> None:
        super().__init__(*desk, **more)
        self._lamps = lamps
        self._partner = partner
        self._policies = policy

    def hand_over(self, claimed: ClaimedDelivery, context: Context) -> str:
        """See ``Carrier``; any order of several comes to the same."""
        with self._lamps.turn(claimed.about) as turn:
            at = self._clock.now()
            policy = self._policies.at(at)
            need = need_of(self._app.history(claimed.about), at=at, policy=policy)
            wanted = self._wanted(need)
            used = dict(turn.uses())
            if wanted == used and self._is_told(claimed.about, need if wanted else None, wanted):
                return NOTHING_TO_DO
            gone = used.keys() - wanted.keys()
            turn.hold({*wanted, *gone})
            turn.need(wanted)
            others = turn.others({*wanted, *gone})
            commands = self._commands(claimed, need, wanted, gone, others, at=at, policy=policy)
            self._partner().command(commands)
            turn.leave(gone)
            self._tell(claimed, need, wanted, gone, others, at=at, context=context)
        return str(claimed.delivery_id)

    def gave_up(self, claimed: ClaimedDelivery, code: str, context: Context) -> None:
        at = self._clock.now()

        def attempt() -> Receipt:
            use = self._use(claimed.about, at=at)
            use.gave_up(delivery_id=claimed.delivery_id, code=code, at=at)
            return self._app.commit([use], context=context, receipt=Receipt(aggregate_id=use.id))

        self._decide(context, Receipt, attempt)

    def _is_told(
        self, session_id: UUID, need: Need | None, wanted: Mapping[UUID, LightMode]
    ) -> bool:
        """Whether the network took all of it: a row is written before a command is sent."""
        use = self._app.find(LightUse, LightUse.create_id(session_id))
        if need is None or use is None:
            return need is None and (use is None or use.mode is None)
        slack = PROLONGED_BY if need.mode is LightMode.BLINK else timedelta()
        return (use.mode, use.lamps) == (need.mode, len(wanted)) and need.until <= use.until + slack

    def _wanted(self, need: Need | None) -> dict[UUID, LightMode]:
        if need is None:
            return {}
        near = self._lamps.near(need.points, need.radius_m)
        return {lamp.lamp_id: need.mode for lamp in near}

    def _commands(  # noqa: PLR0913 (what is needed, by whom, and what others need)
        self,
        claimed: ClaimedDelivery,
        need: Need | None,
        wanted: Mapping[UUID, LightMode],
        gone: set[UUID],
        others: Mapping[UUID, LightMode],
        *,
        at: datetime,
        policy: Policy,
    ) -> list[LightCommand]:
        """One for each network and each thing that its lamps are to do; restoring comes last."""
        told: dict[tuple[str, LightMode | None], list[UUID]] = defaultdict(list)
        networks = self._lamps.networks({*wanted, *gone})
        for lamp in sorted({*wanted, *gone} & networks.keys()):
            told[networks[lamp], strongest(wanted.get(lamp), others.get(lamp))].append(lamp)
        in_order = sorted(told.items(), key=lambda one: (one[0][1] is None, one[0]))
        return [
            LightCommand(
                delivery_id=claimed.delivery_id,
                network=network,
                lamps=tuple(lamps),
                mode=mode,
                level_pct=policy.lights_bright_pct,
                sent_at=at,
                until=None if mode is None else self._until(need, at, policy),
            )
            for (network, mode), lamps in in_order
        ]

    @staticmethod
    def _until(need: Need | None, at: datetime, policy: Policy) -> datetime:
        """For lamps that only others need: as long as any may be lit without a word from us."""
        longest = at + timedelta(seconds=policy.lights_blink_s)
        return longest if need is None else max(need.until, longest)

    def _tell(  # noqa: PLR0913 (as above)
        self,
        claimed: ClaimedDelivery,
        need: Need | None,
        wanted: Mapping[UUID, LightMode],
        gone: set[UUID],
        others: Mapping[UUID, LightMode],
        *,
        at: datetime,
        context: Context,
    ) -> None:
        kept = len(gone & others.keys())

        def attempt() -> Receipt:
            use = self._use(claimed.about, at=at)
            if need is not None and wanted:
                use.commanded(
                    need.mode,
                    lamps=len(wanted),
                    radius_m=need.radius_m,
                    until=need.until,
                    delivery_id=claimed.delivery_id,
                    at=at,
                )
            else:
                use.restored(lamps=len(gone), kept=kept, delivery_id=claimed.delivery_id, at=at)
            return self._app.commit([use], context=context, receipt=Receipt(aggregate_id=use.id))

        self._decide(context, Receipt, attempt)

    def _use(self, session_id: UUID, *, at: datetime) -> LightUse:
        found = self._app.find(LightUse, LightUse.create_id(session_id))
        return found or LightUse.begin_for(session_id, at=at)


def strongest(*modes: LightMode | None) -> LightMode | None:
    """What a lamp does that several need: to blink is more than to be bright."""
    return next((mode for mode in LightMode if mode in modes), None)
