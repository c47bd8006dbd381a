"""Who may see a clip, and that they did. The bytes are opened block by block as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from application.access import AccessKind, task_of
from application.clips.errors import ClipErased, ClipHidden
from application.clips.ports import ClipSeals, ClipStore
from application.context import Context
from application.errors import Forbidden, Unknown
from application.ports import AccessLog, Clock
from application.reading_desk import WHOLE_CITY
from application.safe_return import SafeReturn
from domain.emergency import Emergency
from domain.emergency.filming import Clip, Footage
from domain.policy import Policy
from domain.roles import Role
from domain.staff import DISTRICT_ROLES

CENTRES: Final = DISTRICT_ROLES | {Role.COORDINATOR}
"""Who answers reports; who checks how that was done may look longer."""


@dataclass(frozen=True, slots=True)
class ShownClip:
    """``start`` and ``stop`` are of the clear bytes: from, and before."""

    footage: Footage
    start: int
    stop: int
    blocks: Iterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipShowing:
    app: SafeReturn
    clock: Clock
    store: ClipStore
    seals: ClipSeals
    access_log: AccessLog
    policy: Policy

    def footage(self, context: Context, report_id: UUID, clip_id: UUID) -> Footage:
        """What is known of a clip without its picture; as ``show`` refuses, so does this."""
        _, clip = self.permitted(context, report_id, clip_id, why=None)
        return _footage_of(clip)

    def show(  # noqa: PLR0913
        self,
        context: Context,
        report_id: UUID,
        clip_id: UUID,
        *,
        start: int = 0,
        stop: int | None = None,
        why: str | None = None,
    ) -> ShownClip:
        """Open a clip, or a part of it, for the asker; recorded before the first byte leaves.

        Raises:
            Unknown: there is no such report or clip, or the clip was refused.
            Forbidden: it is another district's; the refusal is recorded.
            ClipHidden: the report was cancelled too long ago; recorded likewise.
            ClipErased: its key is destroyed.
            ClipLost, ClipStoreUnavailable: the store has it not, or cannot be asked.
        """
        report, clip = self.permitted(context, report_id, clip_id, why=why)
        footage = _footage_of(clip)
        address = clip.kept.address if clip.kept else ""
        until = footage.size_bytes if stop is None else min(stop, footage.size_bytes)
        self._record(context, report, report_id, "clip.read", AccessKind.READ, why)
        blocks = self.seals.opened(
            lambda at, length: self.store.read(address, at, length),
            report_id=report_id,
            clip_id=clip_id,
            size_bytes=footage.size_bytes,
            start=start,
            stop=until,
        )
        if blocks is None:
            raise ClipErased(str(clip_id))
        return ShownClip(footage=footage, start=start, stop=until, blocks=blocks)

    def permitted(
        self, context: Context, report_id: UUID, clip_id: UUID, *, why: str | None
    ) -> tuple[Emergency, Clip]:
        report = self.app.find(Emergency, report_id)
        if not _may_look(context, report):
            self._record(context, report, report_id, "clip.refused", AccessKind.REFUSAL, why)
            raise Forbidden(f"report {report_id}")
        clip = report.clip(clip_id) if report else None
        if report is None or clip is None or clip.kept is None:
            raise Unknown(str(clip_id))
        centre = context.principal.role in CENTRES
        if centre and not report.shows_clips_to_centres(at=self.clock.now(), policy=self.policy):
            self._record(context, report, report_id, "clip.refused", AccessKind.REFUSAL, why)
            raise ClipHidden(str(report_id))
        return report, clip

    def _record(  # noqa: PLR0913, PLR0917
        self,
        context: Context,
        report: Emergency | None,
        report_id: UUID,
        what: str,
        kind: AccessKind,
        why: str | None,
    ) -> None:
        self.access_log.record(
            context,
            subject=(report and report.citizen_id) or report_id,
            what=what,
            why=why or f"report:{report_id}",
            kind=kind,
            about=report_id,
            task=task_of(context.principal.role),
        )


def _may_look(context: Context, report: Emergency | None) -> bool:
    """As for positions: the districts that ring, or have rung, and the city."""
    who = context.principal
    if who.role in WHOLE_CITY:
        return True
    return who.role in DISTRICT_ROLES and (report is None or who.district in report.districts)


def _footage_of(clip: Clip) -> Footage:
    if clip.footage is None:
        raise Unknown(str(clip.clip_id))
    return clip.footage
