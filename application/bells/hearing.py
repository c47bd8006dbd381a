"""Listens to whether bells are well: signs of life beside the log, silences as facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from application.bells.ports import BellRegister, BellSigns, Sign, Silence
from application.bells.presses import bell_no_of, read_battery
from application.context import Context
from application.desk import Desk, allow
from application.policies_in_force import Policies
from application.safe_return import Receipt
from domain.base import Value
from domain.bell import Bell
from domain.roles import Role

LOOK_MAX: Final = 500
FEW: Final = 10
"""So many bells may fall silent at once, however few there are."""


class Heard(Value):
    """One message of a bell that is no press."""

    bell_no: str
    sent: Any = None


class Looked(Value):
    """What a look came to."""

    fell_silent: int = 0
    heard_again: int = 0
    unheard: int = 0
    """So many at once that it is our own ears: no bell is called silent for that."""


class BellHearing(Desk):
    """Heartbeats are no facts; that a bell fell silent is one."""

    def __init__(
        self, *desk: Any, register: BellRegister, signs: BellSigns, policy: Policies, **more: Any
    ) -> None:
        super().__init__(*desk, **more)
        self._register = register
        self._signs = signs
        self._policies = policy

    def hear(self, messages: Sequence[Heard], context: Context) -> None:
        """Keep that bells were heard, and their charge; of unknown bells too.

        Raises:
            LogUnavailable: none is kept; say it again.
        """
        allow(context, Role.PARTNER, Role.ANONYMOUS, Role.SYSTEM)
        at = self._clock.now()
        signs = {
            (name := bell_no_of(one.bell_no)): Sign(
                bell_id=Bell.create_id(name),
                bell_no=name,
                heard_at=at,
                battery_pct=read_battery(one.sent),
            )
            for one in messages
        }
        if signs:
            self._signs.keep([*signs.values()])

    def look(self, context: Context) -> Looked:
        """Note which bells fell silent and which are heard again; may be asked at any time."""
        allow(context, Role.SYSTEM)
        now = self._clock.now()
        policy = self._policies.at(now)
        found = self._register.hearing(
            now - timedelta(seconds=policy.bell_silent_after_s), LOOK_MAX
        )
        again = self._noted(found.heard_again, context)
        most = max(FEW, round(found.listened_to * policy.bells_silent_share))
        if found.overdue_in_all > most:
            return Looked(heard_again=again, unheard=found.overdue_in_all)
        return Looked(fell_silent=self._noted(found.overdue, context), heard_again=again)

    def _noted(self, silences: Sequence[Silence], context: Context) -> int:
        return sum(self._note(one, context) for one in silences)

    def _note(self, silence: Silence, context: Context) -> bool:
        at = self._clock.now()
        policy = self._policies.at(at)

        def attempt() -> Receipt:
            bell = self._app.load(Bell, silence.bell_id)
            if bell.silent and silence.last_heard_at is not None:
                bell.heard(heard_at=silence.last_heard_at, at=at)
            else:
                bell.not_heard(last_heard_at=silence.last_heard_at, at=at, policy=policy)
            return self._app.commit([bell], context=context, receipt=Receipt(aggregate_id=bell.id))

        return self._decide(context, Receipt, attempt).position is not None
