"""The carriers to lights and Ministry over twins: lamps in a dict, partners that remember."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from application.delivery_book import ClaimedDelivery
from application.linked.lights import LightsCarrier, strongest
from application.linked.ports import Lamp, LightCommand, WatchEnd, WatchRequest
from application.linked.wearers import WearersCarrier
from application.outbox import Channel, Delivery
from domain.geography import Position, metres_between
from domain.linked import LightMode, LightUse, WearerWatch
from tests.application.bell_house import BellHouse
from tests.application.house import CORRELATION, SYSTEM
from tests.memory import GANGDONG_OFFICE


def lamp_id(number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"/lamps/{number}")


def east(metres: float) -> Position:
    """So far east of the office of Gangdong-gu."""
    return GANGDONG_OFFICE.model_copy(
        update={"longitude_deg": GANGDONG_OFFICE.longitude_deg + metres / 88_300}
    )


LAMPS = {
    lamp_id(number): Lamp(lamp_id=lamp_id(number), network="gd", position=east(metres))
    for number, metres in enumerate((0, 40, 80, 500))
}


class MemoryLamps:
    """See ``LampBook``; as many as there are lamps above."""

    def __init__(self) -> None:
        self.used: dict[tuple[UUID, UUID], LightMode] = {}

    def near(self, points: Collection[Position], radius_m: float) -> list[Lamp]:
        return [
            one
            for one in LAMPS.values()
            if any(metres_between(one.position, point) <= radius_m for point in points)
        ]

    def networks(self, lamps: Collection[UUID]) -> Mapping[UUID, str]:
        return {one: LAMPS[one].network for one in lamps if one in LAMPS}

    @contextmanager
    def turn(self, session_id: UUID) -> Iterator[MemoryTurn]:
        yield MemoryTurn(self, session_id)


class MemoryTurn:
    def __init__(self, lamps: MemoryLamps, session_id: UUID) -> None:
        self._used = lamps.used
        self._session_id = session_id

    def uses(self) -> Mapping[UUID, LightMode]:
        mine = self._used.items()
        return {lamp: mode for (session, lamp), mode in mine if session == self._session_id}

    def hold(self, lamps: Collection[UUID]) -> None:
        assert lamps

    def others(self, lamps: Collection[UUID]) -> Mapping[UUID, LightMode]:
        found: dict[UUID, LightMode] = {}
        for (session, lamp), mode in self._used.items():
            if session != self._session_id and lamp in lamps:
                most = strongest(mode, found.get(lamp))
                assert most is not None
                found[lamp] = most
        return found

    def need(self, wanted: Mapping[UUID, LightMode]) -> None:
        self._used |= {(self._session_id, lamp): mode for lamp, mode in wanted.items()}

    def leave(self, lamps: Collection[UUID]) -> None:
        for lamp in lamps:
            self._used.pop((self._session_id, lamp), None)


class LightNetwork:
    """Lamps do what they were told last; ``trouble`` is raised instead, once."""

    def __init__(self) -> None:
        self.lit: dict[UUID, LightMode] = {}
        self.commands: list[LightCommand] = []
        self.trouble: Exception | None = None
        self.deaf: Exception | None = None
        """Raised after everything was done: the answer that is lost."""

    def command(self, commands: Collection[LightCommand]) -> None:
        self._raise("trouble")
        for command in commands:
            self.commands.append(command)
            for lamp in command.lamps:
                if command.mode is None:
                    self.lit.pop(lamp, None)
                else:
                    self.lit[lamp] = command.mode
        self._raise("deaf")

    def _raise(self, name: str) -> None:
        trouble, _ = getattr(self, name), setattr(self, name, None)
        if trouble is not None:
            raise trouble


class Ministry:
    """Watches by request; a request that was ended before stays ended."""

    def __init__(self) -> None:
        self.watching: dict[UUID, WatchRequest] = {}
        self.ended: dict[UUID, list[WatchEnd]] = {}
        self.seen: set[UUID] = set()
        self.trouble: Exception | None = None
        self.deaf: Exception | None = None

    def watch(self, request: WatchRequest) -> str:
        self._raise("trouble")
        if request.request_id not in self.ended:
            self.watching[request.request_id] = request
        self._raise("deaf")
        return f"moj-{request.request_id.hex[:8]}"

    def end(self, request: WatchEnd) -> str:
        self._raise("trouble")
        if request.delivery_id not in self.seen:
            self.seen.add(request.delivery_id)
            self.watching.pop(request.request_id, None)
            self.ended.setdefault(request.request_id, []).append(request)
        self._raise("deaf")
        return f"moj-off-{request.request_id.hex[:8]}"

    def _raise(self, name: str) -> None:
        trouble, _ = getattr(self, name), setattr(self, name, None)
        if trouble is not None:
            raise trouble


class LinkedHouse(BellHouse):
    """The desks, and the carriers of what their facts call for."""

    def __init__(self, **policy: Any) -> None:
        self.lamps = MemoryLamps()
        self.network = LightNetwork()
        self.ministry = Ministry()
        self.brought: set[UUID] = set()
        super().__init__(**policy)

    def restart(self) -> None:
        super().restart()
        desk = (self.app, self.clock, self.log)
        self.lights = LightsCarrier(
            *desk, lamps=self.lamps, partner=lambda: self.network, policy=self.policy
        )
        self.wearers = WearersCarrier(
            *desk, partner=lambda: self.ministry, policy=self.policy, access_log=self.access
        )

    def waiting(self) -> list[Delivery]:
        """What is still to be brought to linked services, in the order of the facts."""
        return [
            one for delivery_id, one in self.log.linked.items() if delivery_id not in self.brought
        ]

    def bring(self, delivery: Delivery) -> str:
        """One attempt; brought, it is brought for good."""
        light = delivery.channel in {Channel.LIGHTS, Channel.LIGHTS_RESTORE}
        carrier = self.lights if light else self.wearers
        reference = carrier.hand_over(claimed(delivery), SYSTEM)
        self.brought.add(delivery.delivery_id)
        return reference

    def bring_all(self) -> None:
        for delivery in self.waiting():
            self.bring(delivery)

    def lights_of(self, session_id: UUID) -> list[str]:
        return self.log.topics(LightUse.create_id(session_id))

    def watch_of(self, report_id: UUID) -> list[str]:
        return self.log.topics(WearerWatch.create_id(report_id))


def claimed(delivery: Delivery) -> ClaimedDelivery:
    return ClaimedDelivery(
        delivery_id=delivery.delivery_id,
        channel=delivery.channel,
        about=delivery.about,
        request_id=delivery.request_id,
        correlation_id=CORRELATION,
        causation_id=None,
        attempt=1,
    )
