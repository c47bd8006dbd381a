"""Signs of health, for supervisors, load balancers and on-call engineers."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from application.health import Health
from interfaces.http.identity import TheHouse

router = APIRouter(tags=["operations"])


@router.get("/healthz", summary="Is the web role alive?")
async def healthz() -> dict[str, str]:
    return {"status": "alive"}


@router.get(
    "/readyz",
    summary="Does the whole service do its work?",
    responses={503: {"model": Health, "description": "It does not; `reasons` says why."}},
)
def readyz(house: TheHouse, response: Response) -> Health:
    """503 while a role is silent, a fold lags, or a timer is overdue, for more than 5 s.

    Parked facts and dead letters are shown but do not make the service unready.
    """
    health = house.readiness.check()
    response.status_code = 200 if health.ready else 503
    response.headers["Cache-Control"] = "no-store"
    return health


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
def metrics(house: TheHouse, request: Request) -> Response:
    text = house.metrics.exposition(streams=request.app.state.broadcast.clients)
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
