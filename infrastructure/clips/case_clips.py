"""A case's clips as they leave the house with it: the clear bytes, under the clip's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from application.clips.errors import ClipAltered, ClipLost
from domain.emergency import Emergency

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from application.clips.ports import ClipSeals, ClipStore
    from application.safe_return import SafeReturn
    from domain.emergency.filming import Clip

log = structlog.get_logger()


class CaseClips:
    """See ``application.export_desk.Clips``. An erased clip is not there.

    Nor is one that the store has lost, or has otherwise: the facts tell what it was, and whoever
    runs the service is told.
    """

    def __init__(self, app: SafeReturn, store: ClipStore, seals: ClipSeals) -> None:
        self._app = app
        self._store = store
        self._seals = seals

    def of(self, report_id: UUID) -> Mapping[str, bytes]:
        report = self._app.load(Emergency, report_id)
        found = {}
        for clip in report.clips:
            if clip.footage is not None:
                clear = self._opened(report_id, clip)
                if clear is not None:
                    found[f"{clip.clip_id}.{clip.footage.container}"] = clear
        return found

    def _opened(self, report_id: UUID, clip: Clip) -> bytes | None:
        if clip.footage is None or clip.kept is None:
            return None
        address = clip.kept.address
        try:
            blocks = self._seals.opened(
                lambda at, length: self._store.read(address, at, length),
                report_id=report_id,
                clip_id=clip.clip_id,
                size_bytes=clip.footage.size_bytes,
                start=0,
                stop=clip.footage.size_bytes,
            )
            return None if blocks is None else b"".join(blocks)
        except (ClipAltered, ClipLost) as error:
            log.exception("clip.damaged", clip_id=str(clip.clip_id), code=error.code)
            return None
