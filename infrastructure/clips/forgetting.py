"""Clips leave with their report: rows, pieces, wholes; and nothing of them may be left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.clips.errors import ClipAltered, ClipLost, ClipStoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from application.clips.ports import ClipSeals, ClipStore, Upload
    from infrastructure.clips.book import PostgresUploadBook

SAMPLE_BYTES: Final = 48
TELLING: Final = 24
"""A sample of fewer different bytes (a black picture) stands in many files by chance."""


class ClipForgetting:
    """See ``application.erasure_ports.Films``."""

    def __init__(self, book: PostgresUploadBook, store: ClipStore, seals: ClipSeals) -> None:
        self._book = book
        self._store = store
        self._seals = seals

    def samples(self, reports: Collection[UUID]) -> frozenset[bytes]:
        found = (self._sample(upload) for upload in self._book.of_reports(list(reports)))
        return frozenset(one for one in found if one is not None)

    def purge(self, reports: Collection[UUID]) -> int:
        """Remove all bytes of these reports' clips, then their rows; how many clips.

        Raises:
            ClipStoreUnavailable: the store is away, or keeps what it was told to remove.
        """
        uploads = self._book.of_reports(list(reports))
        for upload in uploads:
            self._store.drop_pieces(upload.clip_id)
            for address in upload.addresses:
                self._store.remove(address)
            left = [one for one in upload.addresses if self._store.holds(one)]
            if left or self._store.has_pieces(upload.clip_id):
                raise ClipStoreUnavailable(f"{self._store.name} still has {upload.clip_id}")
            self._book.forget(upload.clip_id)
        return len(uploads)

    def _sample(self, upload: Upload) -> bytes | None:
        """Some bytes from the middle of a clip, or of what had come of it; None of nothing."""
        try:
            clear = b"".join(self._middle(upload))
        except (ClipLost, ClipAltered):
            return None
        parts = (clear[at : at + SAMPLE_BYTES] for at in range(0, len(clear), SAMPLE_BYTES))
        return next((one for one in parts if len(set(one)) >= TELLING), None)

    def _middle(self, upload: Upload) -> Iterator[bytes]:
        address = next((one for one in upload.addresses if self._store.holds(one)), None)
        if address is not None:
            middle = upload.size_bytes // 2
            yield from (
                self._seals.opened(
                    lambda at, length: self._store.read(address, at, length),
                    report_id=upload.report_id,
                    clip_id=upload.clip_id,
                    size_bytes=upload.size_bytes,
                    start=middle,
                    stop=min(middle + 64 * SAMPLE_BYTES, upload.size_bytes),
                )
                or ()
            )
            return
        for piece in self._book.pieces(upload.clip_id)[:1]:
            sealed = self._store.piece(upload.clip_id, piece.name)
            yield self._seals.open_piece(upload, piece, sealed) or b""
