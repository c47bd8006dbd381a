"""Who asks for what comes ``after`` a command is woken by the fold, and waits for no poll."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import pytest

from domain.roles import Role
from infrastructure.engine import runner, watch
from tests.clusters import Database
from tests.living import GANGDONG, IN_GANGDONG, living

POLL_S = 2.5
"""Ten times as slow as for real, and slower than a reader waits: by it alone reads would fail."""
TOOK_MAX_S = 1.0


def test_a_reader_is_woken_by_the_fold(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LOG_POLL_S", POLL_S)
    monkeypatch.setattr(watch, "POLL_S", POLL_S)
    with living(database, tmp_path / "home") as service:
        operator = service.as_role(Role.OPERATOR, GANGDONG)
        first = operator.get("/v1/queue").json()["position"]
        assert operator.get("/v1/queue", params={"after": first}).status_code == 200
        for _ in range(5):
            phone = service.client()
            said = {"position": IN_GANGDONG}
            position = phone.post("/v1/emergencies", json=said).json()["position"]
            began = monotonic()
            answer = operator.get("/v1/queue", params={"after": position})
            assert answer.status_code == 200
            assert answer.json()["position"] >= position
            assert monotonic() - began < TOOK_MAX_S
