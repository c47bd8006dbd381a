"""What whoever helps looks at while a report is open: where she goes, and what to know of her."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from pydantic import BaseModel

from application.access import Access, task_of
from application.context import Context
from application.live_map import LiveMap
from application.past import AsOf
from application.ports import Clock
from application.reading_desk import DETAIL, ReadingDesk
from domain.emergency.vocabulary import Stage
from domain.watching.fix import Fix

CARDS: Final = "reporter_cards"
OVER: Final = frozenset({Stage.CANCELLED, Stage.RESOLVED})
TRAIL: Final = timedelta(minutes=15)


class CardView(Protocol):
    def get(self, citizen_id: UUID, as_of: int | None) -> BaseModel | None: ...


class LookingOn(ReadingDesk):
    """Both end with the case: whoever reads an old one sees neither."""

    def __init__(self, *, cards: CardView, live: LiveMap, clock: Clock, **more: Any) -> None:
        super().__init__(**more)
        self._cards = cards
        self._live = live
        self._clock = clock

    def card(
        self,
        context: Context,
        report_id: UUID,
        *,
        as_of: AsOf | None = None,
        why: str | None = None,
    ) -> Mapping[str, Any] | None:
        """What she said that whoever helps must know; None when nothing is known, or it is over.

        Raises:
            Unknown, Forbidden: as for the report.
        """
        past = self._past.position(as_of)
        row = self._stood(DETAIL, past, lambda: self._reports.get(report_id, past))
        fields = self.permitted(context, report_id, row, what="card", why=why)
        citizen_id = fields["citizen_id"]
        if citizen_id is None or fields["stage"] in OVER:
            return None
        found = self._stood(CARDS, past, lambda: self._cards.get(citizen_id, past))
        if found is None:
            return None
        card = dict(found)
        if card["card"] is not None:
            self._note(context, report_id, citizen_id, "card.read", why)
        opened = {} if card["card"] is None else self._unsealed(card["card"])
        return {
            "language": card["language"],
            "set_at": card["set_at"],
            "medical_note": opened.get("medical_note"),
            "needs": opened.get("needs", []),
            "erased": "erased" in opened,
        }

    def whereabouts(
        self, context: Context, report_id: UUID, *, why: str | None = None
    ) -> Mapping[str, Any]:
        """The positions of the last minutes, oldest first, for those who follow her now.

        Raises:
            Unknown, Forbidden: as for the report.
        """
        row = self._reports.get(report_id, None)
        fields = self.permitted(context, report_id, row, what="position", why=why)
        now = self._clock.now()
        fixes = [] if fields["stage"] in OVER else self._live.recent(report_id, now - TRAIL)
        if fixes:
            whose = fields["citizen_id"] or report_id
            self._note(context, report_id, whose, "position.read", why)
        return {"now": now, "fixes": [_shown(fix, now) for fix in fixes]}

    def _note(
        self, context: Context, report_id: UUID, whose: UUID, what: str, why: str | None
    ) -> None:
        access = Access(
            subject=whose,
            what=what,
            why=why or f"report:{report_id}",
            about=report_id,
            task=task_of(context.principal.role),
        )
        self._access_log.record_all(context, [access])


def _shown(fix: Fix, now: datetime) -> Mapping[str, Any]:
    return {
        **fix.position.model_dump(),
        "accuracy_m": fix.quality.accuracy_m,
        "source": fix.quality.source,
        "taken_at": fix.moment,
        "age_s": fix.age_s(now),
        "battery_pct": fix.battery_pct,
        "district": fix.district,
        "outside": fix.outside,
    }
