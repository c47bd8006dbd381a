"""The simulated Transit engine: keys in memory, wrapped values in Vault's own form."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

MOUNT: Final = "/v1/transit"
NONCE_BYTES: Final = 12
KEY_BITS: Final = 256


class SimulatedTransit:
    """Keys are made when first asked for, and go with the process."""

    def __init__(self, *, token: str) -> None:
        self._token = token
        self._keys: dict[str, list[AESGCM]] = {}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route(f"{MOUNT}/keys/{{name}}", self._describe, methods=["GET"]),
                Route(f"{MOUNT}/keys/{{name}}/rotate", self._rotate, methods=["POST"]),
                Route(f"{MOUNT}/encrypt/{{name}}", self._encrypt, methods=["POST"]),
                Route(f"{MOUNT}/decrypt/{{name}}", self._decrypt, methods=["POST"]),
            ]
        )

    def _versions(self, request: Request) -> list[AESGCM]:
        name = request.path_params["name"]
        return self._keys.setdefault(name, [AESGCM(AESGCM.generate_key(KEY_BITS))])

    def _admits(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("X-Vault-Token", ""), self._token)

    async def _describe(self, request: Request) -> Response:
        if not self._admits(request):
            return _refused(403, "permission denied")
        return _answer({"latest_version": len(self._versions(request))})

    async def _rotate(self, request: Request) -> Response:
        if not self._admits(request):
            return _refused(403, "permission denied")
        self._versions(request).append(AESGCM(AESGCM.generate_key(KEY_BITS)))
        return Response(status_code=204)

    async def _encrypt(self, request: Request) -> Response:
        if not self._admits(request):
            return _refused(403, "permission denied")
        versions = self._versions(request)
        body: dict[str, Any] = await request.json()
        number = int(body.get("key_version") or len(versions))
        nonce = os.urandom(NONCE_BYTES)
        sealed = versions[number - 1].encrypt(nonce, _bytes(body, "plaintext"), _bound(body))
        text = base64.b64encode(nonce + sealed).decode()
        return _answer({"ciphertext": f"vault:v{number}:{text}", "key_version": number})

    async def _decrypt(self, request: Request) -> Response:
        if not self._admits(request):
            return _refused(403, "permission denied")
        body: dict[str, Any] = await request.json()
        try:
            _, version, text = str(body["ciphertext"]).split(":", 2)
            raw = base64.b64decode(text, validate=True)
            cipher = self._versions(request)[int(version.removeprefix("v")) - 1]
            plain = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(body))
        except (InvalidTag, ValueError, KeyError, IndexError, binascii.Error):
            return _refused(400, "invalid ciphertext")
        return _answer({"plaintext": base64.b64encode(plain).decode()})


def _bytes(body: dict[str, Any], name: str) -> bytes:
    return base64.b64decode(body.get(name, ""))


def _bound(body: dict[str, Any]) -> bytes | None:
    return _bytes(body, "associated_data") or None


def _answer(data: dict[str, Any]) -> Response:
    return JSONResponse({"data": data})


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"errors": [why]}, status_code=status)
