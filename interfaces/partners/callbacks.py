"""What a partner reports by itself: arrivals, and the course of calls."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from time import time
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

import httpx
import orjson
import structlog
from tenacity import (
    AsyncRetrying,
    RetryError,
    retry_if_exception_type,
    stop_after_delay,
    wait_random_exponential,
)

from application import signing
from application.context import CORRELATION_HEADER
from application.outbox import Channel
from interfaces.partners.behaviour import Answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from interfaces.partners.behaviour import Behaviour
    from interfaces.partners.journal import Entry

log = structlog.get_logger()

PATH: Final = "/v1/partners/events"
GIVEN_UP_AFTER_S: Final = 120.0
AT_ONCE: Final = 8
"""Reports under way; the others wait here. In the client's own line they would time out in
hundreds, and httpcore's pool does not outlive that."""
TELLS_NOTHING: Final = frozenset(
    {
        Channel.HANG_UP,
        Channel.POLICE_NOTICE,
        Channel.WEARER_WATCH,
        Channel.WEARER_WATCH_END,
    }
)
STAND_DOWNS: Final = frozenset({Channel.POLICE_STAND_DOWN, Channel.AMBULANCE_STAND_DOWN})


def now() -> datetime:
    """The partner's own clock, which is nobody else's."""
    return datetime.fromtimestamp(time(), UTC)


class Callbacks:
    """Reports to Ansim, signed, until it is taken or 120 s have gone by."""

    def __init__(
        self,
        ansim_url: str,
        secret: bytes,
        *,
        ended: Callable[[str, str], None] = lambda _reference, _fate: None,
    ) -> None:
        """Take where to report; ``ended`` is told what became of each message."""
        self._ended = ended
        self._client = httpx.AsyncClient(
            base_url=ansim_url,
            timeout=httpx.Timeout(5.0, pool=None),
            limits=httpx.Limits(max_connections=AT_ONCE),
        )
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._secret = secret
        self._courses: dict[str, asyncio.Task[None]] = {}
        self._stood_down: set[str] = set()
        """Requests that need no answer by coming any more."""

    def start(self, entry: Entry, behaviour: Behaviour) -> asyncio.Task[None]:
        """Let the course of one request begin, beside everything else."""
        course = asyncio.get_running_loop().create_task(self._run(entry, behaviour))
        self._courses[entry.reference] = course
        course.add_done_callback(lambda _: self._courses.pop(entry.reference, None))
        return course

    def stop(self, reference: str) -> None:
        """Nothing more happens to this request: a call that is taken back."""
        course = self._courses.pop(reference, None)
        if course is not None:
            course.cancel()

    async def close(self) -> None:
        courses = tuple(self._courses.values())
        for course in courses:
            course.cancel()
        await asyncio.gather(*courses, return_exceptions=True)
        await self._client.aclose()

    async def _run(self, entry: Entry, behaviour: Behaviour) -> None:
        request_id = str(entry.body.get("request_id"))
        if entry.channel in STAND_DOWNS:
            self._stood_down.add(request_id)
        async for body in _course(entry, behaviour):
            if entry.channel is Channel.MESSAGE:
                failed = body["event"] == "message_failed"
                self._ended(entry.reference, "undelivered" if failed else "delivered")
                if behaviour.loses_receipt():
                    return
            if entry.channel in STAND_DOWNS or request_id not in self._stood_down:
                await self._report(body, entry.correlation_id)

    async def _report(self, body: dict[str, Any], correlation_id: str | None) -> None:
        content = orjson.dumps(body)
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(httpx.HTTPError),
            stop=stop_after_delay(GIVEN_UP_AFTER_S),
            wait=wait_random_exponential(multiplier=0.2, max=5.0),
        )
        try:
            await retrying(self._post, content, correlation_id)
        except RetryError:
            log.exception("partner_report.abandoned", partner_event=body["event"])

    async def _post(self, content: bytes, correlation_id: str | None) -> None:
        async with self._turns:  # signed when its turn has come: a signature grows old
            headers = {
                "Content-Type": "application/json",
                "Idempotency-Key": str(uuid5(NAMESPACE_URL, content.decode())),
                signing.HEADER: signing.sign(
                    self._secret, signing.Message("POST", PATH, content), at=now()
                ),
            }
            if correlation_id:
                headers[CORRELATION_HEADER] = correlation_id
            answer = await self._client.post(PATH, content=content, headers=headers)
        answer.raise_for_status()


async def _course(entry: Entry, behaviour: Behaviour) -> AsyncIterator[dict[str, Any]]:
    """All that is reported about one request, each at its moment."""
    if not behaviour.call_back or entry.channel in TELLS_NOTHING:
        return
    answer = behaviour.answer_about(entry.about)
    await asyncio.sleep(behaviour.arrive_after_s)
    about = {"report_id": str(entry.about), **entry.answer}
    at = {"at": now().isoformat()}
    match entry.channel:
        case Channel.MESSAGE:
            for receipt in _receipts(entry, behaviour):
                yield receipt
        case Channel.CALL if behaviour.unanswered:
            ended = {"event": "call_ended", "end": "unanswered", "talked_s": 0.0}
            yield {**ended, **about, **at}
        case Channel.CALL:
            yield {"event": "call_connected", **about, **at}
            await asyncio.sleep(behaviour.end_after_s)
            talked_s = behaviour.end_after_s
            ended = {"event": "call_ended", "end": "hung_up", "talked_s": talked_s}
            yield {**ended, **about, "at": now().isoformat()}
        case _ if answer is not Answer.COME and entry.channel is not Channel.PAGE:
            request = {"report_id": str(entry.about), "request_id": entry.body["request_id"]}
            yield {**_no(entry, answer), **request, **at}
        case Channel.POLICE:
            yield {"event": "patrol_arrived", **about, **at}
        case Channel.AMBULANCE:
            yield {"event": "ambulance_arrived", **about, **at}
        case _:
            return


def _receipts(entry: Entry, behaviour: Behaviour) -> Iterator[dict[str, Any]]:
    event = "message_failed" if behaviour.unanswered else "message_delivered"
    told = {"message_id": entry.body["message_id"], "reference": entry.reference}
    for _ in range(2 if behaviour.receipts_twice else 1):
        yield {"event": event, **told, "at": now().isoformat()}


def _no(entry: Entry, answer: Answer) -> dict[str, Any]:
    """An answer other than coming; only the police know duplicates and cars that are there."""
    ambulance = entry.channel in {Channel.AMBULANCE, Channel.AMBULANCE_STAND_DOWN}
    if ambulance or answer is Answer.DECLINE:
        who = "ambulance" if ambulance else "police"
        return {"event": f"{who}_declined", "why": "no_unit"}
    if answer is Answer.DUPLICATE:
        return {"event": "police_duplicate_of", "reference": f"{entry.reference}-before"}
    return {"event": "police_already_on_scene", "reference": entry.reference}
