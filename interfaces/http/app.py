"""The web role: the API of `/v1`, the pages, and the signs of health."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from fastapi import FastAPI
from starlette.types import ASGIApp

from application.live_map import PositionNews
from application.queue_news import QueueChange, QueuePulse
from infrastructure.bootstrap import House, collect_rarely
from interfaces.console import pages
from interfaces.http import (
    access,
    bells,
    board,
    clip_views,
    clips,
    conversation,
    drill_mode,
    emergencies,
    erasures,
    errors,
    escort_control,
    escorts,
    exports,
    guardian_page,
    guardians,
    incidents,
    inspections,
    links,
    log_events,
    members,
    messages,
    monitorings,
    my_membership,
    operations,
    partners,
    permissions,
    phones,
    pins,
    policy,
    protections,
    push,
    queue,
    reaching,
    registrations,
    reports,
    scouts,
    sessions,
    shifts,
    statistics,
    taxi,
    tus,
    watched,
)
from interfaces.http.alarm_line import AlarmLine
from interfaces.http.bodies import BodyLimit
from interfaces.http.broadcast import Broadcast
from interfaces.http.correlation import Correlation
from interfaces.http.examples import SECURITY_SCHEMES
from interfaces.http.phone_door import PhoneDoor

ROUTERS: Final = (
    emergencies.router,
    monitorings.router,
    taxi.rides,
    escorts.router,
    clips.router,
    clip_views.router,
    sessions.router,
    shifts.router,
    queue.router,
    board.router,
    watched.router,
    reports.router,
    incidents.router,
    inspections.router,
    links.router,
    reaching.router,
    reaching.boards,
    conversation.router,
    exports.router,
    access.router,
    log_events.router,
    erasures.router,
    statistics.router,
    members.router,
    taxi.mine,
    registrations.router,
    my_membership.router,
    guardians.router,
    guardian_page.router,
    permissions.router,
    pins.router,
    drill_mode.router,
    phones.router,
    push.router,
    messages.router,
    partners.router,
    policy.router,
    protections.router,
    bells.router,
    escort_control.router,
    scouts.router,
    operations.router,
)
"""What phones send every few seconds comes first: a path is looked up along this list."""

KEEP_ALIVE_S: Final = 30
"""A phone sends every 5 s: closed after as long, its connection would end under the next batch."""
SHUTDOWN_S: Final = 2
"""Open streams would hold the end up for ever."""


class _App(FastAPI):
    """The framework's application behind the phones' door."""

    def build_middleware_stack(self) -> ASGIApp:
        return PhoneDoor(super().build_middleware_stack())


def create_app(house: House) -> FastAPI:
    """The application over one composed house; closing the house is the caller's."""
    app = _App(
        title="Ansim Dispatch",
        version="1",
        summary="The control-room side of a city's safe-return service.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        lifespan=_living,
    )
    app.state.house = house
    app.state.broadcast = Broadcast()
    app.state.alarm_line = AlarmLine(lambda: house.database.urgent())  # noqa: PLW0108 - no address is needed yet
    errors.install(app, house.absences)
    for router in ROUTERS:
        app.include_router(router)
    pages.install(app)
    app.add_middleware(BodyLimit, spare=_reads_by_itself)
    app.add_middleware(tus.SpeaksTus)
    app.add_middleware(Correlation)
    _complete_document(app)
    return app


def _reads_by_itself(method: str, path: str) -> bool:
    return path == emergencies.PATH or tus.takes(method, path) or bells.takes(method, path)


def serve(house: House) -> None:
    """Serve until told to stop; one process, whose threads do the waiting."""
    import uvicorn

    app = create_app(house)
    collect_rarely()
    uvicorn.run(
        app,
        host=house.settings.host,
        port=house.settings.port,
        loop="uvloop",
        http="httptools",
        workers=1,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """Follow the queue for as long as the application lives."""
    loop = asyncio.get_running_loop()
    house: House = app.state.house
    broadcast: Broadcast = app.state.broadcast

    def hand_over(
        changes: Sequence[QueueChange], pulse: QueuePulse, moved: Sequence[PositionNews]
    ) -> None:
        loop.call_soon_threadsafe(broadcast.take, changes, pulse, moved)

    house.queue_feed.start(hand_over)
    threading.Thread(target=_warm, args=(house,), name="warm-up", daemon=True).start()
    yield
    app.state.alarm_line.close()
    await asyncio.to_thread(house.queue_feed.close)


def _warm(house: House) -> None:
    """Furnish the desks, ask the first question, and listen: the first visitor would wait."""
    with suppress(Exception):  # whatever is away now is told to whoever asks for it
        house.fold_watch.listen()
        house.policies.at(house.clock.now())
        _ = house.emergency_desk, house.reading_desk
        house.queue_view.rows(())


def _complete_document(app: FastAPI) -> None:
    """Add to the document what no route declares: the one problem schema, device tokens."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        components = document["components"]
        components["schemas"]["Problem"] = errors.Problem.model_json_schema()
        components["securitySchemes"].update(SECURITY_SCHEMES)
        return document

    app.openapi = openapi  # type: ignore[method-assign]
