"""The course of one level: what is under way already, what begins, what ends."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from benchmarks.nights import lives

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.nights.load import Load
    from benchmarks.nights.people import Citizen, Town
    from benchmarks.nights.wire import Told, Wire

RAMP_S: Final = 60.0
"""In which those begin that are under way when the measuring does."""
ONE_BY_ONE_S: Final = 0.02


class Evening:
    """Everything of one level, in one event loop."""

    def __init__(self, town: Town, wire: Wire, load: Load, seconds: float) -> None:
        self._town, self._wire, self._seconds = town, wire, seconds
        self.under_way = {kind: load.under_way(kind) for kind in lives.LASTING}
        kinds = sorted({*lives.LASTING, *lives.SHORT})
        self._moments = {kind: load.moments_s(kind, seconds) for kind in kinds}
        self.sessions: dict[str, list[lives.Session]] = {kind: [] for kind in lives.LASTING}
        self._tasks: list[asyncio.Task[None]] = []
        self._from = self._until = 0

    async def pass_by(self, citizens: Sequence[Citizen]) -> None:
        """Begin what is under way, measure, and let everybody come home.

        Args:
            citizens: as many as ``needed`` says.
        """
        people = iter(citizens)
        try:
            await self._ramp([next(people) for _ in range(sum(self.under_way.values()))])
            self._from = len(self._wire.told)
            began = time.monotonic()
            whose = {kind: [next(people) for _ in moments] for kind, moments in self._shown()}
            await asyncio.gather(*(self._turns(kind, whose[kind]) for kind in self._moments))
            await asyncio.sleep(max(0.0, began + self._seconds - time.monotonic()))
            self._until = len(self._wire.told)
            await self._go_home()
        finally:
            await self._wire.close()

    @property
    def needed(self) -> int:
        """How many citizens take part."""
        return sum(self.under_way.values()) + sum(len(moments) for _, moments in self._shown())

    def measured(self) -> Sequence[Told]:
        """The commands of the measured time, without those of the ramp and of the end."""
        return self._wire.told[self._from : self._until]

    def _shown(self) -> list[tuple[str, list[float]]]:
        return sorted(self._moments.items())

    async def _ramp(self, citizens: Sequence[Citizen]) -> None:
        """Each kind spread over the minute, as it is over an hour: they begin among each other."""
        begins = sorted(
            (RAMP_S * (number + 0.5) / count, kind)
            for kind, count in self.under_way.items()
            for number in range(count)
        )
        began = time.monotonic()
        for (moment_s, kind), citizen in zip(begins, citizens, strict=True):
            await asyncio.sleep(max(0.0, began + moment_s - time.monotonic()))
            self._begin(kind, citizen)
        await asyncio.sleep(max(0.0, began + RAMP_S - time.monotonic()))

    async def _turns(self, kind: str, citizens: Sequence[Citizen]) -> None:
        """One begins, and of what lasts the one that has lasted longest ends, at each moment."""
        began = time.monotonic()
        for moment_s, citizen in zip(self._moments[kind], citizens, strict=True):
            await asyncio.sleep(max(0.0, began + moment_s - time.monotonic()))
            if kind in lives.LASTING:
                oldest = next((one for one in self.sessions[kind] if not one.over.is_set()), None)
                self._begin(kind, citizen)
                if oldest is not None:
                    oldest.over.set()
            else:
                self._run(lives.SHORT[kind](self._town, self._wire, citizen))

    def _begin(self, kind: str, citizen: Citizen) -> None:
        session = lives.Session(self._town, self._wire, citizen)
        self.sessions[kind].append(session)
        self._run(lives.LASTING[kind](session))

    def _run(self, life: lives.Course) -> None:
        self._tasks.append(asyncio.create_task(life))

    async def _go_home(self) -> None:
        """Everybody arrives, one after the other: not measured, and nothing of it may be lost."""
        for session in [one for sessions in self.sessions.values() for one in sessions]:
            if not session.over.is_set():
                session.over.set()
                await asyncio.sleep(ONE_BY_ONE_S)
        await asyncio.gather(*self._tasks)
