"""The Ministry of Justice's location centre over HTTP, signed as all partners are.

Of an answer the reference is read and nothing else: who wears what is never known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from application.linked.ports import WatchEnd, WatchRequest
    from infrastructure.partners.http import PartnerClient

WATCHES: Final = "/ministry/watches"
ENDS: Final = "/ministry/watches/ends"


class HttpWearerPartner:
    """See ``application.linked.ports.WearerPartner``."""

    def __init__(self, client: PartnerClient) -> None:
        self._client = client

    def watch(self, request: WatchRequest) -> str:
        return self._client.post(WATCHES, request, answer="reference")

    def end(self, request: WatchEnd) -> str:
        return self._client.post(ENDS, request, answer="reference")
