"""A witness over HTTP, ruled by somebody else; the protocol stands in docs/proof.md."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from application.errors import WitnessRefused, WitnessUnavailable
from domain.checkpoint import NotACheckpoint, SignedCheckpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from application.ports import Tree

LEAVES_AT_ONCE = 100_000
PUBLISHING = 4
"""Times as long: whoever takes many leaves computes for a while."""


class HttpWitness:
    """Args: ``keys`` gives ``trusted.json``, whose endorsements the witness may need."""

    def __init__(self, address: str, *, timeout_s: float, keys: Callable[[], bytes]) -> None:
        import httpx

        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
        self.name = f"{parts.scheme}://{parts.hostname}{port}{parts.path}".rstrip("/")
        self._client = httpx.Client(base_url=address.rstrip("/"), timeout=timeout_s)
        self._timeout_s = timeout_s
        self._keys = keys

    def close(self) -> None:
        self._client.close()

    def publish(self, signed: SignedCheckpoint, facts_leaves: bytes, access_leaves: bytes) -> None:
        """See ``application.ports.Witness``."""
        body = {
            "access_leaves": base64.b64encode(access_leaves).decode(),
            "facts_leaves": base64.b64encode(facts_leaves).decode(),
            "keys": json.loads(self._keys())["keys"],
            "signed": json.loads(signed.to_json()),
        }
        self._ask("POST", "/v1/checkpoints", json=body, timeout=self._timeout_s * PUBLISHING)

    def latest(self) -> SignedCheckpoint | None:
        return self._checkpoint("/v1/checkpoints/latest")

    def get(self, number: int) -> SignedCheckpoint | None:
        return self._checkpoint(f"/v1/checkpoints/{number}")

    def leaves(self, tree: Tree, start: int, count: int) -> bytes:
        """See ``application.ports.Witness``."""
        joined = bytearray()
        while count > 0:
            wanted = min(count, LEAVES_AT_ONCE)
            told = {"start": start, "count": wanted}
            answer = self._ask("GET", f"/v1/leaves/{tree}", params=told)
            part = answer.content if answer else b""
            if not part:
                break
            joined += part
            start, count = start + wanted, count - wanted
        return bytes(joined)

    def _checkpoint(self, path: str) -> SignedCheckpoint | None:
        answer = self._ask("GET", path)
        if answer is None:
            return None
        try:
            return SignedCheckpoint.from_json(answer.content)
        except NotACheckpoint as error:
            raise WitnessUnavailable(f"{self.name} answers with something else") from error

    def _ask(self, method: str, path: str, **told: Any) -> httpx.Response | None:
        """The answer; None when there is no such thing there."""
        import httpx

        try:
            answer = self._client.request(method, path, **told)
        except httpx.HTTPError as error:
            raise WitnessUnavailable(f"{self.name}: {type(error).__name__}") from error
        if answer.status_code in {400, 403, 409, 413, 422}:
            raise WitnessRefused(f"{self.name}: {_why(answer)}")
        if answer.status_code == httpx.codes.NOT_FOUND and method == "GET":
            return None
        if not answer.is_success:
            raise WitnessUnavailable(f"{self.name} answers {answer.status_code}")
        return answer


def _why(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])[:300]
    except (ValueError, KeyError, TypeError):
        return f"it answers {answer.status_code}"
