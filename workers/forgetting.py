"""The keeper's duties of forgetting: confirmed erasures, restored back-ups, terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import structlog

from application.context import system
from domain.erasure import ErasureStage

if TYPE_CHECKING:
    from application.context import Context
    from application.erasing import Forgotten
    from infrastructure.bootstrap import House

log = structlog.get_logger()

ERASURES_EVERY_S: Final = 5.0
RESTORED_EVERY_S: Final = 600.0
TERMS_EVERY_S: Final = 3600.0


class Forgetting:
    """What is confirmed is carried out, whoever confirmed it and whatever crashed meanwhile."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._over: set[UUID] = set()

    def carry_out(self) -> list[UUID]:
        """Carry out what is confirmed and in nobody's hands; returns what was."""
        context = _context()
        waiting = []
        for one in self._house.traces.erasures():
            if one not in self._over:
                stage = self._house.erasure_desk.stage_of(one, context)
                if stage is ErasureStage.DONE:
                    self._over.add(one)  # for good: no need to replay it again
                elif stage is ErasureStage.CONFIRMED:
                    waiting.append(one)
        return [one for one in waiting if self._turn(one, context)]

    def restore(self) -> int:
        """Let the log of a restored back-up know what stands outside of it."""
        again = self._house.restorer.bring_up_to_date(_context())
        if again:
            log.warning("erasure.reapplied", erasures=again)
        return again

    def apply_terms(self) -> dict[str, int]:
        forgotten = self._house.retention_desk.apply(_context())
        if any(forgotten.values()):
            log.info("retention.applied", **forgotten)
        return forgotten

    def _turn(self, erasure_id: UUID, context: Context) -> bool:
        done: list[Forgotten | None] = []

        def work() -> None:
            done.append(self._house.eraser.carry_out(erasure_id, context))

        taken = self._house.leftovers.one_at_a_time(erasure_id, work)
        for forgotten in done:
            if forgotten is not None and not forgotten.clean:
                found = len(forgotten.searched.found)
                log.error("erasure.remains_found", erasure_id=str(erasure_id), places=found)
        return taken


def _context() -> Context:
    return system("custody", correlation_id=uuid4())
