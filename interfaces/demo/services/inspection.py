"""A toilet that is open to the public is checked; a camera is found, and the police are told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from domain.base import Fact
from interfaces.demo.people import People, code_of, must
from interfaces.demo.stage import wait_for

if TYPE_CHECKING:
    from interfaces.demo.player import Running

GANGDONG: Final = "11740"
BEGINS_S: Final = 2.0
WITHIN_S: Final = 30.0
NOT_BEGUN: Final = "inspection.visit_not_begun"


def live(running: Running, people: People) -> UUID:
    """From the form that anybody sends to the notice that the police took."""
    now = running.house.clock.now()
    whole_day = {
        "begins_at": (now + timedelta(seconds=BEGINS_S)).isoformat(),
        "ends_at": (now + timedelta(days=1)).isoformat(),
    }
    form = people.citizen(None).post(
        "/v1/inspections",
        {
            "district": GANGDONG,
            "building": "open_toilet",
            "place": "성내로 25, 2층 화장실",
            "wished": [whole_day],
            "name": "김미나",
            "phone": "+821055556666",
        },
    )
    form_id = UUID(form["aggregate_id"])
    supervisor = people.staff("supervisor", GANGDONG)
    team = supervisor.post("/v1/inspection-teams", {"district": GANGDONG, "number": 1})
    operator = people.staff("operator", GANGDONG)
    operator.post(f"/v1/inspections/{form_id}/approve", {})
    begins = running.house.clock.now() + timedelta(seconds=BEGINS_S)
    operator.post(
        f"/v1/inspections/{form_id}/visits",
        {
            "team_id": team["aggregate_id"],
            "visit": {
                "begins_at": begins.isoformat(),
                "ends_at": (begins + timedelta(hours=1)).isoformat(),
            },
        },
    )
    wait_for(lambda: _told(operator, form_id), what="the beginning of the visit", within_s=WITHIN_S)
    wait_for(
        lambda: "inspection.police_told" in _topics(running, form_id),
        what="the fact inspection.police_told",
        within_s=WITHIN_S,
    )
    return form_id


def _told(operator: Any, form_id: UUID) -> bool:
    """Whether the result is told; not before the visit has begun."""
    answer = operator.ask(
        "POST",
        f"/v1/inspections/{form_id}/result",
        json={"finding": "found", "note": "둘째 칸 환풍구 안쪽에 소형 카메라"},
    )
    if code_of(answer) == NOT_BEGUN:
        return False
    must(answer)
    return True


def _topics(running: Running, form_id: UUID) -> set[str]:
    stream = running.house.reader.stream(form_id)
    return {fact.TOPIC for fact in stream if isinstance(fact, Fact)}
