"""What lights and the Ministry were told, whatever overtakes what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.geography import DistrictCode
from domain.linked import LightMode, LightUse, WearerWatch
from domain.linked.wearer_watch import Ended, Forgone, Requested

NOW = datetime(2026, 11, 29, 22, tzinfo=UTC)
GANGDONG: DistrictCode = "11250"
FIRST, SECOND = UUID(int=1), UUID(int=2)


def watch() -> WearerWatch:
    return WearerWatch.begin_for(uuid4(), at=NOW)


def ask(one: WearerWatch, request_id: UUID, opened_by: int) -> None:
    one.request(
        request_id=request_id,
        citizen_id=None,
        district=GANGDONG,
        radius_m=1000,
        until=NOW + timedelta(hours=1),
        fix=None,
        opened_by=opened_by,
        at=NOW,
    )


def told(one: Any, kind: type) -> list[Any]:
    return [fact for fact in one.pending_events if isinstance(fact, kind)]


def test_what_was_over_before_it_was_asked_is_not_asked() -> None:
    one = watch()
    one.forgo(before=5, at=NOW)
    ask(one, FIRST, opened_by=2)
    assert (len(told(one, Forgone)), told(one, Requested)) == (1, [])
    ask(one, SECOND, opened_by=6)
    assert [fact.request_id for fact in told(one, Requested)] == [SECOND]


def test_a_request_is_made_once_and_ended_once() -> None:
    one = watch()
    for _ in range(2):
        ask(one, FIRST, opened_by=2)
    for _ in range(2):
        one.end(request_id=FIRST, before=5, at=NOW)
    assert [len(told(one, kind)) for kind in (Requested, Ended)] == [1, 1]


def test_lights_are_restored_once_and_only_where_some_are_lit() -> None:
    use = LightUse.begin_for(uuid4(), at=NOW)
    use.restored(lamps=0, kept=0, delivery_id=FIRST, at=NOW)
    assert use.mode is None
    until = NOW + timedelta(hours=2)
    use.commanded(LightMode.BLINK, lamps=2, radius_m=60, until=until, delivery_id=FIRST, at=NOW)
    assert (use.mode, use.lamps, use.until) == (LightMode.BLINK, 2, until)
    for _ in range(2):
        use.restored(lamps=2, kept=0, delivery_id=SECOND, at=NOW)
    assert [fact.TOPIC for fact in use.pending_events] == [
        "lights.began",
        "lights.commanded",
        "lights.restored",
    ]
