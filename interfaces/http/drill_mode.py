"""A citizen tries the alarm: drill mode, switched by her phone."""

from __future__ import annotations

from fastapi import APIRouter

from application.drill_mode_desk import DrillModeReceipt
from interfaces.http.errors import problems
from interfaces.http.identity import TheHouse
from interfaces.http.phones import Citizen

router = APIRouter(prefix="/v1/me/drill-mode", tags=["citizens"])


@router.get("", summary="Is drill mode on?", responses=problems(401, 404, 409, 503))
def state(house: TheHouse, context: Citizen) -> DrillModeReceipt:
    return house.drill_mode_desk.state(context)


@router.put("", summary="Switch drill mode on", responses=problems(401, 404, 409, 503))
def switch_on(house: TheHouse, context: Citizen) -> DrillModeReceipt:
    """For 10 minutes; then, or while a report is open, what calls itself a drill is real."""
    return house.drill_mode_desk.on(context)


@router.delete("", summary="Switch drill mode off", responses=problems(401, 404, 409, 503))
def switch_off(house: TheHouse, context: Citizen) -> DrillModeReceipt:
    return house.drill_mode_desk.off(context)
