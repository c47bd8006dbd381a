"""The desks of a house, and the one that takes positions, over twins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from application.emergency.whereabouts import PositionDesk, PositionsReceipt, SendPositions
from application.identity import DeviceIdentity
from domain.emergency import Emergency
from domain.emergency.facts import Triggered
from domain.geography import Position
from domain.policy import Policy
from tests.application.house import CITIZEN, DeskHouse, phone
from tests.application.live_twin import MemoryLiveMap
from tests.memory import GANGDONG_OFFICE, FixedDistricts


class MovingHouse(DeskHouse):
    """``live`` outlives a restart, as the table does."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.live: MemoryLiveMap | None = None
        super().__init__(policy)

    def restart(self) -> None:
        super().restart()
        self.live = self.live or MemoryLiveMap(self.clock, self.policy, self._reports)
        self.positions = PositionDesk(
            self.app,
            self.clock,
            self.log,
            live=self.live,
            districts=FixedDistricts(),
            policy=self.policy,
            access_log=self.access,
            presence=self.presence,
        )

    def moves(
        self,
        report_id: UUID,
        *fixes: object,
        identity: DeviceIdentity | None = None,
        **more: Any,
    ) -> PositionsReceipt:
        """Jiyoung's phone says where it is."""
        command = SendPositions(
            report_id=report_id,
            sent={"fixes": list(fixes), **more},
            identity=identity or phone(),
        )
        return self.positions.take(command, CITIZEN)

    def at(self, position: Position = GANGDONG_OFFICE, *, ago_s: float = 0, **more: Any):
        """One position as a phone sends it, by a clock that is right."""
        taken_at = self.clock.now() - timedelta(seconds=ago_s)
        said = {
            "latitude_deg": position.latitude_deg,
            "longitude_deg": position.longitude_deg,
            "accuracy_m": 8.0,
            "source": "gnss",
            "fixed_at": taken_at.isoformat(),
            "battery_pct": 40,
        }
        return said | more

    def walks(self, report_id: UUID, position: Position, seconds: int) -> None:
        """Every five seconds for so long."""
        for _ in range(0, seconds, 5):
            self.clock.advance(5)
            self.moves(report_id, self.at(position))

    def topics(self, report_id: UUID) -> list[str]:
        return [one.removeprefix("emergency.") for one in self.log.topics(report_id)]

    def _reports(self) -> list[Emergency]:
        raised = [one.originator_id for one in self.log.facts() if isinstance(one, Triggered)]
        return [self.report(one) for one in raised]
