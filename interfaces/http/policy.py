"""The city's numbers."""

from __future__ import annotations

from fastapi import APIRouter

from application.policy_desk import ChangePolicy, PolicyShown
from application.safe_return import Receipt
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, Reading, TheHouse

router = APIRouter(prefix="/v1/policy", tags=["policy"])


@router.get("", summary="The numbers in force", responses=problems(401, 403, 503))
def show(house: TheHouse, context: Reading) -> PolicyShown:
    """With every change, by whom and since when; the reasons are sealed."""
    return house.policy_desk.show(context)


@router.post(
    "/changes",
    summary="Change numbers (administrator)",
    responses=problems(401, 403, 409, 422, 503),
)
def change(body: ChangePolicy, house: TheHouse, context: Commanding) -> Receipt:
    """In force in every process two seconds later. What was decided before keeps its numbers.

    `{"changes": {"escalate_police_s": null}, "reason": "…"}` never asks the police by itself.
    """
    return house.policy_desk.change(body, context)
