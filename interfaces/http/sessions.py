"""Log-in and log-out of staff."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, SecretStr

from application.colleagues import Colleague
from application.safe_return import Receipt
from application.staff_desk import DismissStaff, EnrollStaff
from domain.base import Value
from domain.geography import DistrictCode
from domain.roles import Role
from interfaces.http.errors import problems
from interfaces.http.identity import COOKIE, Commanding, Reading, Staff, TheHouse, token_of

router = APIRouter(tags=["staff"])


NO_NUL = r"^[^\x00]*$"


class LogIn(Value):
    login: str = Field(max_length=64, pattern=NO_NUL, examples=["gangdong-1"])
    password: SecretStr = Field(max_length=200, examples=["correct horse battery"])


class WhoAmI(Value):
    staff_id: UUID
    role: Role
    district: DistrictCode | None = Field(
        description="Sigungu code; null for those who serve the whole city.", examples=["11740"]
    )


class OpenedSession(WhoAmI):
    token: str = Field(description="Send as `Authorization: Bearer …`.")
    expires_in_s: float


@router.post(
    "/v1/sessions",
    status_code=201,
    summary="Log in",
    responses=problems(401, 422, 429, 503),
)
def log_in(body: LogIn, house: TheHouse, request: Request, response: Response) -> OpenedSession:
    """Open a session of twelve hours; the pages get it as a cookie as well."""
    opened = house.staff_desk.log_in(body.login, body.password.get_secret_value())
    set_cookie(request, response, opened.token, opened.expires_in_s)
    return OpenedSession(
        token=opened.token,
        expires_in_s=opened.expires_in_s,
        staff_id=UUID(opened.principal.id),
        role=opened.principal.role,
        district=opened.principal.district,
    )


@router.get("/v1/sessions/current", summary="Who am I?", responses=problems(401, 503))
def who_am_i(principal: Staff) -> WhoAmI:
    return WhoAmI(staff_id=UUID(principal.id), role=principal.role, district=principal.district)


@router.delete(
    "/v1/sessions/current", status_code=204, summary="Log out", responses=problems(401, 503)
)
def log_out(
    _principal: Staff, token: Annotated[str, Depends(token_of)], house: TheHouse
) -> Response:
    house.staff_desk.log_out(token)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    return response


@router.post(
    "/v1/staff",
    status_code=201,
    summary="Take a person into service (administrator)",
    responses=problems(401, 403, 409, 422, 503),
)
def enroll(body: EnrollStaff, house: TheHouse, context: Commanding) -> Receipt:
    return house.staff_desk.enroll(body, context)


@router.get(
    "/v1/districts/{district}/operators",
    summary="Who operates there, by name (its supervisors, the city)",
    responses=problems(401, 403, 422, 503),
)
def operators(district: DistrictCode, house: TheHouse, context: Reading) -> list[Colleague]:
    """Those in service; leaves an access record for each name."""
    return [*house.colleagues.operators(district, context)]


@router.delete(
    "/v1/staff/{staff_id}",
    summary="End a person's service, log-in and sessions (administrator)",
    responses=problems(401, 403, 404, 422, 503),
)
def dismiss(staff_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    return house.staff_desk.leave(DismissStaff(staff_id=staff_id), context)


def set_cookie(request: Request, response: Response, token: str, lasts_s: float) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lasts_s),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
