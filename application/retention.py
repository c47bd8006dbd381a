"""Terms: what is forgotten by itself when its time is over, each with the law beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from application.context import Context
from application.desk import Desk, allow
from application.safe_return import Receipt
from domain.base import Value
from domain.retention import RetentionRun
from domain.roles import Role

TRACK: Final = "track"
CLIPS: Final = "clips"
FORMS: Final = "forms"


class Term(Value):
    """How long one kind of thing is kept; ``basis`` names the law or the agreement."""

    rule: str
    days: float
    basis: str


def terms(  # noqa: PLR0913 - one number each
    *,
    track_days: float,
    clips_days: float,
    forms_days: float,
    deliveries_days: float,
    access_records_days: float,
    timers_days: float,
    receipts_days: float,
) -> tuple[Term, ...]:
    """All rules, as the settings have their numbers."""
    return (
        Term(
            rule=TRACK,
            days=track_days,
            basis="positions of a case that has ended: destroyed when their purpose is over "
            "(Location Information Act, arts. 23 and 24), kept so long as evidence of the rescue",
        ),
        Term(
            rule=CLIPS,
            days=clips_days,
            basis="clips of a case that has ended: pictures are kept for 30 days unless a law "
            "says otherwise (Standard Personal Information Protection Guidelines, art. 41)",
        ),
        _forms(forms_days),
        Term(
            rule="deliveries",
            days=deliveries_days,
            basis="to whom a position was given: six months (Location Information Act, art. 16(2))",
        ),
        Term(
            rule="access_records",
            days=access_records_days,
            basis="who saw whose data: two years at least (safety-measures standard, art. 8), "
            "from the front, so that the chain goes on",
        ),
        Term(
            rule="timers",
            days=timers_days,
            basis="moments that have passed: no longer than needed (Personal Information "
            "Protection Act, art. 3)",
        ),
        Term(
            rule="receipts",
            days=receipts_days,
            basis="answers kept for repeats, after they have expired (the same)",
        ),
    )


def _forms(days: float) -> Term:
    return Term(
        rule=FORMS,
        days=days,
        basis="who asked for a check or a detector, and what was found, of a form that has "
        "ended: destroyed when its purpose is over (Personal Information Protection Act, art. 21)",
    )


class Expired(Protocol):
    def forget(self, rule: str, until: datetime) -> int:
        """Forget what is older than ``until`` by that rule, but for what is held; how many."""
        ...


class RetentionDesk(Desk):
    """Carries the rules out, and leaves a fact where anything went."""

    def __init__(self, *desk: Any, expired: Expired, terms: Sequence[Term]) -> None:
        super().__init__(*desk)
        self._expired = expired
        self.terms = tuple(terms)

    def apply(self, context: Context) -> dict[str, int]:
        """Carry every rule out; of each, how much was forgotten."""
        allow(context, Role.SYSTEM)
        return {term.rule: self._apply(term, context) for term in self.terms}

    def _apply(self, term: Term, context: Context) -> int:
        until = self._clock.now() - timedelta(days=term.days)
        count = self._expired.forget(term.rule, until)
        if count:
            run = RetentionRun.apply(
                term.rule, until=until, days=term.days, count=count, at=self._clock.now()
            )
            self._app.commit([run], context=context, receipt=Receipt(aggregate_id=run.id))
        return count
