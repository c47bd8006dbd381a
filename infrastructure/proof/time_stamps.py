"""Time stamps of RFC 3161: somebody else's word that a checkpoint was there at a moment.

Kept as files beside the database, one for each checkpoint that could be stamped; a later one
covers all before it, so one that was missed is not made up for.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import structlog

from infrastructure.proof.files import write_new
from infrastructure.proof.store import stem_of

if TYPE_CHECKING:
    from pathlib import Path

    from domain.checkpoint import SignedCheckpoint

log = structlog.get_logger()

GRANTED: Final = frozenset({0, 1})
READ_ONLY: Final = 0o444


class NotStamped(Exception):
    """The authority did not stamp these bytes."""


class TimeStamps:
    """Args: ``url`` is the authority's, ``folder`` is where its answers are kept."""

    def __init__(self, url: str, folder: Path, *, timeout_s: float) -> None:
        self._url = url
        self._folder = folder
        self._timeout_s = timeout_s

    def stamp(self, signed: SignedCheckpoint) -> None:
        """Have it stamped, once; an authority that is away is said, and keeps nobody waiting."""
        number = signed.checkpoint.number
        path = self._folder / f"{stem_of(number)}.tsr"
        if path.exists():
            return
        try:
            answer = self._ask(signed.canonical)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_new(path, answer, mode=READ_ONLY)
        except (NotStamped, OSError) as error:
            log.warning("time_stamp.missed", number=number, why=str(error))

    def _ask(self, content: bytes) -> bytes:
        """The authority's whole answer, which says that it saw exactly these bytes."""
        import httpx
        from rfc3161_client import (
            HashAlgorithm,
            TimestampRequestBuilder,
            decode_timestamp_response,
        )

        request = TimestampRequestBuilder(content, HashAlgorithm.SHA256).build()
        try:
            answer = httpx.post(
                self._url,
                content=request.as_bytes(),
                headers={"Content-Type": "application/timestamp-query"},
                timeout=self._timeout_s,
            ).raise_for_status()
            response = decode_timestamp_response(answer.content)
        except (httpx.HTTPError, ValueError) as error:
            raise NotStamped(type(error).__name__) from error
        if response.status not in GRANTED:
            raise NotStamped(f"the authority says {response.status}")
        told = response.tst_info
        if told.message_imprint.message != sha256(content).digest() or told.nonce != request.nonce:
            raise NotStamped("the authority stamped something else")
        return answer.content
