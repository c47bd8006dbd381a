"""The carriers' identity service: the adapter against the simulator, over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from application.errors import PartnerUnavailable
from application.identity_check import Identified, IdentityQuestion, IdentityUnavailable
from domain.identity import IdentityTrouble, Person
from infrastructure.partners.breaker import Breaker
from infrastructure.partners.identity import HttpIdentityService
from tests.contracts.partnered import SECRET, WallClock
from tests.serving import Serving

SEOYEON = {"name": "박서연", "birth_date": "1995-03-14", "phone": "010-2222-3333"}


def service_at(url: str, secret: bytes = SECRET) -> HttpIdentityService:
    return HttpIdentityService(
        url, secret=secret, clock=WallClock(), timeout_s=0.5, breaker=Breaker("identity")
    )


@pytest.fixture
def service(url: str) -> Iterator[HttpIdentityService]:
    made = service_at(url)
    yield made
    made.close()


def told(url: str, **control: Any) -> None:
    httpx.post(f"{url}/identity/control", json=control).raise_for_status()


def typed(url: str, check_id: UUID, **who: str) -> IdentityQuestion:
    """Somebody types that on the service's page, and comes back."""
    said = {"check_id": str(check_id), **SEOYEON, **who}
    answer = httpx.post(f"{url}/identity/checks", json=said).raise_for_status()
    return IdentityQuestion(check_id=check_id, token=answer.json()["token"], correlation_id=uuid4())


def test_who_came_back_is_told_with_the_key_of_the_person(
    url: str, service: HttpIdentityService
) -> None:
    first, again = (service.result(typed(url, uuid4())) for _ in range(2))
    assert isinstance(first, Identified)
    assert isinstance(again, Identified)
    assert first.person == Person(
        name="박서연", birth_date=date(1995, 3, 14), phone="+821022223333"
    )
    assert len(first.ci) == 88
    assert first.ci == again.ci
    other = service.result(typed(url, uuid4(), name="최은정"))
    assert isinstance(other, Identified)
    assert other.ci != first.ci


def test_asked_twice_it_answers_the_same(url: str, service: HttpIdentityService) -> None:
    question = typed(url, uuid4())
    assert service.result(question) == service.result(question)


@pytest.mark.parametrize("verdict", IdentityTrouble)
def test_what_is_not_confirmed_is_named(
    url: str, service: HttpIdentityService, verdict: IdentityTrouble
) -> None:
    told(url, verdict=verdict)
    assert service.result(typed(url, uuid4())) is verdict


def test_a_token_of_another_check_is_worth_nothing(url: str, service: HttpIdentityService) -> None:
    question = typed(url, uuid4()).model_copy(update={"check_id": uuid4()})
    assert service.result(question) is IdentityTrouble.REFUSED
    guessed = question.model_copy(update={"token": "guess"})
    assert service.result(guessed) is IdentityTrouble.REFUSED


def test_a_service_in_trouble_is_named(url: str, service: HttpIdentityService) -> None:
    question = typed(url, uuid4())
    told(url, fail_next=1)
    with pytest.raises(IdentityUnavailable):
        service.result(question)
    told(url, delay_s=1.0)
    with pytest.raises(IdentityUnavailable):
        service.result(question)
    told(url, delay_s=0.0)
    assert isinstance(service.result(question), Identified)


def test_a_foreign_request_is_turned_away(url: str) -> None:
    stranger = service_at(url, b"another secret")
    with pytest.raises(IdentityUnavailable, match="401"):
        stranger.result(typed(url, uuid4()))
    stranger.close()


def test_the_journal_names_the_check_and_nobody(
    url: str, service: HttpIdentityService, tmp_path
) -> None:
    question = typed(url, uuid4())
    service.result(question)
    [entry] = httpx.get(f"{url}/identity/journal").json()
    assert (entry["check_id"], entry["verdict"]) == (str(question.check_id), "ok")
    assert entry["correlation_id"] == str(question.correlation_id)
    kept = (tmp_path / "identity-journal.jsonl").read_text()
    assert "서연" not in kept
    assert question.token not in kept


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b'{"verdict": "perhaps"}',
        b'{"verdict": "ok"}',
        b'{"verdict": "ok", "ci": "x", "name": "", "birth_date": "1995-03-14", "phone": "010"}',
        b'{"verdict": "ok", "ci": "x", "name": "A", "birth_date": "1995-03-14", "phone": 10}',
    ],
)
def test_what_is_no_answer_is_none(answer: bytes) -> None:
    async def babble(_request: Request) -> Response:
        return Response(answer, media_type="application/json")

    app = Starlette(routes=[Route("/identity/results", babble, methods=["POST"])])
    question = IdentityQuestion(check_id=uuid4(), token="t", correlation_id=uuid4())
    with Serving(app) as url:
        asked = service_at(url)
        with pytest.raises(IdentityUnavailable):
            asked.result(question)
        asked.close()


def test_a_service_that_is_down_is_not_asked_for_a_while() -> None:
    asked = service_at("http://127.0.0.1:9")
    question = IdentityQuestion(check_id=uuid4(), token="t", correlation_id=uuid4())
    for _ in range(6):
        with pytest.raises(PartnerUnavailable):
            asked.result(question)
    asked.close()
