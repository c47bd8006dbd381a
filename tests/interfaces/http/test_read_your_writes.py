"""Who asks for what comes ``after`` a command is woken by the fold, and waits for no poll."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from domain.roles import Role
from infrastructure.engine import runner, tail, watch
from tests.clusters import Database
from tests.living import GANGDONG, IN_GANGDONG, Living, living

POLL_S = 10.0
"""Forty times as slow as for real."""
READ_WITHIN_S = 8.0
"""Generous to a busy machine; too short for a second reader who were served by polls alone."""
WRITES = 5


def raised(service: Living) -> int:
    """The position of a new report."""
    answer = httpx.post(f"{service.url}/v1/emergencies", json={"position": IN_GANGDONG})
    return answer.json()["position"]


def test_a_reader_is_woken_by_the_fold(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with living(database, tmp_path / "home") as service:
        operator = service.as_role(Role.OPERATOR, GANGDONG)
        with monkeypatch.context() as slow:
            slow.setattr(tail, "LOOK_EVERY_S", POLL_S)
            slow.setattr(runner, "LOOK_AGAIN_S", POLL_S)
            slow.setattr(watch, "POLL_S", POLL_S)
            for _ in range(WRITES):
                position = raised(service)
                service.house.fold_watch.wait("operator_queue", position, READ_WITHIN_S)
                answer = operator.get("/v1/queue", params={"after": position})
                assert answer.json()["position"] >= position
        raised(service)  # wakes all who still wait for a slow poll
