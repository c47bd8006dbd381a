"""Our side: the application over the log, with all that production has."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from pydantic import SecretStr

from application.safe_return import Receipt
from benchmarks.life import CITIZENS, citizen
from benchmarks.life import beforehand as made_beforehand
from infrastructure.bootstrap import House, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

KEK = base64.b64encode(bytes(32)).decode()


def house_on(url: str) -> House:
    settings = Settings(database_url=url, key_encryption_key=SecretStr(KEK))
    return House(settings, role="benchmark")


class Ours:
    def __init__(self, url: str) -> None:
        self._house = house_on(url)

    def writer(self, name: str, beforehand: int) -> Callable[[], None]:
        for number in range(CITIZENS):
            self._house.key_ring.sealing_key(citizen(name, number))
        commit = self._house.app.commit
        coming = made_beforehand(name, beforehand)

        def write() -> None:
            report, context = next(coming)
            commit([report], context=context, receipt=Receipt(aggregate_id=report.id))

        return write

    def close(self) -> None:
        self._house.close()
