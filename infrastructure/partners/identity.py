"""The carriers' identity service over HTTP, by signed requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx
import orjson
from pydantic import ValidationError

from application import signing
from application.context import CORRELATION_HEADER
from application.identity_check import Identified, IdentityUnavailable
from domain.identity import IdentityTrouble, Person

if TYPE_CHECKING:
    from application.identity_check import IdentityQuestion
    from application.ports import Clock
    from infrastructure.partners.breaker import Breaker

PATH: Final = "/identity/results"
OK: Final = "ok"


class HttpIdentityService:
    """See ``application.identity_check.IdentityService``.

    Args:
        base_url: without a path.
        secret: shared with the service.
        timeout_s: limit of each step of a call; somebody waits before her phone.
    """

    def __init__(
        self, base_url: str, *, secret: bytes, clock: Clock, timeout_s: float, breaker: Breaker
    ) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=timeout_s)
        self._secret = secret
        self._clock = clock
        self._breaker = breaker

    def close(self) -> None:
        self._client.close()

    def result(self, question: IdentityQuestion) -> Identified | IdentityTrouble:
        return self._breaker.run(lambda: self._ask(question))

    def _ask(self, question: IdentityQuestion) -> Identified | IdentityTrouble:
        content = question.model_dump_json().encode()
        message = signing.Message("POST", PATH, content)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(question.check_id),
            CORRELATION_HEADER: str(question.correlation_id),
            signing.HEADER: signing.sign(self._secret, message, at=self._clock.now()),
        }
        try:
            response = self._client.post(PATH, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise IdentityUnavailable(type(error).__name__) from error
        if not response.is_success:
            raise IdentityUnavailable(f"answered {response.status_code}")
        return _read(response.content)


def _read(content: bytes) -> Identified | IdentityTrouble:
    """Raises IdentityUnavailable: what came is no answer; it is never quoted."""
    try:
        said = orjson.loads(content)
        verdict = said["verdict"]
        if verdict != OK:
            return IdentityTrouble(verdict)
        return Identified(
            ci=said["ci"],
            person=Person(
                name=said["name"],
                birth_date=said["birth_date"],
                phone=_international(said["phone"]),
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
        raise IdentityUnavailable("the answer cannot be read") from None


def _international(phone: str) -> str:
    """As E.164: the carriers say numbers as they are dialled in Korea."""
    digits = phone.replace("-", "")
    return f"+82{digits[1:]}" if digits.startswith("0") else digits
