"""Text messages to any other address, by apprise, over a socket."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from application.errors import PartnerRefused
from application.text_routes import AnswerLost
from infrastructure.partners.any_address import AnyAddress
from infrastructure.partners.breaker import Breaker
from tests.contracts.texting import SEOUL, outgoing
from tests.serving import Serving


class Gateway:
    """Takes JSON, and keeps it."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str | None, Any]] = []
        self.status = 200

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/sms/{phone}", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        key = request.headers.get("Idempotency-Key")
        self.taken.append((request.path_params["phone"], key, await request.json()))
        return Response(status_code=self.status)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def address(gateway: Gateway) -> Iterator[str]:
    with Serving(gateway.app()) as url:
        yield url.replace("http://", "json://")


def speaking(template: str) -> AnyAddress:
    return AnyAddress(template, breaker=Breaker("other"))


def test_words_arrive_whole_at_the_number_and_under_the_key(gateway, address) -> None:
    route = speaking(address + "/sms/{phone}?+Idempotency-Key={key}")
    sent = outgoing("您安全吗", SEOUL)
    assert route.send(sent) == (str(sent.delivery_id),)
    [(phone, key, body)] = gateway.taken
    assert (phone, key, body["message"]) == ("821012345678", str(sent.delivery_id), "您安全吗")
    assert route.ask("anything") is None


def test_a_no_leaves_a_doubt(gateway, address) -> None:
    gateway.status = 503
    with pytest.raises(AnswerLost):
        speaking(address + "/sms/{phone}").send(outgoing())


def test_nobody_there_leaves_a_doubt() -> None:
    with pytest.raises(AnswerLost):
        speaking("json://127.0.0.1:9/{phone}").send(outgoing())


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(PartnerRefused):
        speaking("nothing://{phone}").send(outgoing())


def test_no_number_and_no_word_is_logged(address, caplog) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(AnswerLost):
        speaking(address + "/none/{phone}").send(outgoing("안심이", SEOUL))
    assert "1012345678" not in caplog.text
    assert "안심이" not in caplog.text
