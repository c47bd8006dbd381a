"""A key management service that wraps data keys: HashiCorp Vault's Transit engine, or OpenBao's.

``POST {base}/encrypt/{key}`` and ``…/decrypt/{key}`` with base64 in ``plaintext``, ``ciphertext``
and ``associated_data`` (so that two rows cannot be swapped), ``GET {base}/keys/{key}`` for its
versions, ``POST {base}/keys/{key}/rotate`` for a new one; the token goes in ``X-Vault-Token``.
What stands in ``wrapped`` is 1 byte of layout (2) and the service's ciphertext. The
key-encryption key itself never leaves the service.
"""

from __future__ import annotations

import base64
import binascii
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from application.errors import KeyRingUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    import httpx

    from infrastructure.kek import KeyWrapper

LAYOUT: Final = b"\x02"
TIMEOUT_S: Final = 2.0


class Transit:
    """One named key of the service, in all its versions.

    Args:
        base_url: up to the engine's mount, such as ``https://vault.example/v1/transit``.
        token: what lets this house in.
        key: the key's name there.
    """

    def __init__(self, base_url: str, *, token: str, key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self.key = key

    def current(self) -> TransitVersion:
        """The version under which new keys are wrapped."""
        return TransitVersion(self, self._latest())

    def all(self) -> Mapping[str, KeyWrapper]:
        """Every version by its id."""
        versions = (TransitVersion(self, number) for number in range(1, self._latest() + 1))
        return {one.id: one for one in versions}

    def rotate(self) -> TransitVersion:
        """Have the service make a new version, and use it."""
        self.ask("POST", f"keys/{self.key}/rotate", {})
        return self.current()

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What the service answers under ``data``.

        Raises:
            KeyRingUnavailable: it is away, refuses, or answers something else.
        """
        import httpx

        try:
            answer = client_of(self._token).request(method, f"{self._base_url}/{path}", json=body)
        except httpx.HTTPError as error:
            raise KeyRingUnavailable(
                f"the key management service does not answer ({type(error).__name__}): "
                "see ANSIM_KMS_URL"
            ) from error
        if not answer.is_success:
            raise KeyRingUnavailable(
                f"the key management service answered {answer.status_code}: "
                "see ANSIM_KMS_TOKEN and ANSIM_KMS_KEY"
            )
        try:
            data: dict[str, Any] = answer.json()["data"] if answer.content else {}
        except (ValueError, KeyError, TypeError) as error:
            raise KeyRingUnavailable(
                "the key management service answered something else: see ANSIM_KMS_URL"
            ) from error
        return data

    def _latest(self) -> int:
        return int(self.ask("GET", f"keys/{self.key}").get("latest_version", 0))


@cache
def client_of(token: str) -> httpx.Client:
    """One a process: a new one for each key would make its own connection each time."""
    import httpx

    return httpx.Client(timeout=TIMEOUT_S, headers={"X-Vault-Token": token})


class TransitVersion:
    """See ``infrastructure.kek.KeyWrapper``: one version of the service's key."""

    def __init__(self, transit: Transit, version: int) -> None:
        self._transit = transit
        self._version = version
        self.id = f"transit:{transit.key}:v{version}"

    def wrap(self, secret: bytes, *, subject: UUID, key_id: UUID) -> bytes:
        data = self._transit.ask(
            "POST",
            f"encrypt/{self._transit.key}",
            {
                "plaintext": _text(secret),
                "associated_data": _text(subject.bytes + key_id.bytes),
                "key_version": self._version,
            },
        )
        return LAYOUT + str(data["ciphertext"]).encode()

    def unwrap(self, wrapped: bytes, *, subject: UUID, key_id: UUID) -> bytes:
        data = self._transit.ask(
            "POST",
            f"decrypt/{self._transit.key}",
            {
                "ciphertext": wrapped[1:].decode(),
                "associated_data": _text(subject.bytes + key_id.bytes),
            },
        )
        try:
            return base64.b64decode(data["plaintext"], validate=True)
        except (KeyError, binascii.Error) as error:
            raise KeyRingUnavailable(f"the subject key {key_id} is damaged") from error


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
