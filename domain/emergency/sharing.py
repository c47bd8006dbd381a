"""The police look along through a camera: data are provided to them, from when until when.

Location Information Act and the register of provided CCTV: recipient, purpose, begin and end. The
pictures themselves stand nowhere in this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID, uuid5

from domain.base import DomainError, Fact, applies
from domain.emergency.providing import Purpose, Recipient
from domain.emergency.state import EmergencyState


class ShareEnd(StrEnum):
    """Why the police look along no more."""

    STOPPED = "stopped"
    """An operator stopped it."""
    REQUEST_CLOSED = "request_closed"
    """The request that it belonged to was stood down, declined, or is another's."""
    RESOLVED = "resolved"


class CameraShared(Fact):
    """From here on the police see what a camera sees, for this report."""

    TOPIC: ClassVar[str] = "emergency.camera_shared"

    share_id: UUID
    camera_id: str
    operator_id: UUID
    recipient: Recipient
    request_id: UUID
    """The request for help that it goes along with."""
    purpose: Purpose


class CameraShareEnded(Fact):
    TOPIC: ClassVar[str] = "emergency.camera_share_ended"

    share_id: UUID
    camera_id: str
    operator_id: UUID | None
    """None when it ended with its request or with the report."""
    end: ShareEnd


class NobodyToShareWith(DomainError):
    """No request to the police stands: nothing is provided to them without one."""

    code: ClassVar[str] = "emergency.nobody_to_share_with"


class NotShared(DomainError):
    """The police do not look along through this camera."""

    code: ClassVar[str] = "emergency.not_shared"


@dataclass(frozen=True, slots=True)
class Share:
    """One camera that the police look through, too."""

    share_id: UUID
    camera_id: str
    request_id: UUID


class Sharing(EmergencyState):
    """Who else sees a report's cameras."""

    shares: tuple[Share, ...] = ()
    """Those that have not ended."""
    shared: int = 0
    """How many there ever were: names the next."""

    def _share(self, *, operator_id: UUID, camera_id: str, at: datetime) -> None:
        """Let the police look along; what is shared already stays so.

        Raises:
            NobodyToShareWith: no request to the police stands.
        """
        standing = [request_id for request_id, asked in self.police.items() if asked.stands]
        if not standing:
            raise NobodyToShareWith(str(self.id))
        if all(share.camera_id != camera_id for share in self.shares):
            self.record(
                CameraShared,
                at=at,
                share_id=uuid5(self.id, f"share/{self.shared + 1}"),
                camera_id=camera_id,
                operator_id=operator_id,
                recipient=Recipient.POLICE,
                request_id=standing[-1],
                purpose=Purpose.RESCUE,
            )

    def stop_sharing(self, *, operator_id: UUID, camera_id: str, at: datetime) -> None:
        """Let the police look along no more, at any stage.

        Raises:
            NotShared: they do not.
        """
        found = [share for share in self.shares if share.camera_id == camera_id]
        if not found:
            raise NotShared(camera_id)
        for share in found:
            self._end_share(share, ShareEnd.STOPPED, at=at, operator_id=operator_id)

    def _end_shares(self, end: ShareEnd, *, at: datetime, of_request: UUID | None = None) -> None:
        """All of them end, or those of one request."""
        for share in self.shares:
            if of_request in {None, share.request_id}:
                self._end_share(share, end, at=at, operator_id=None)

    def _end_share(
        self, share: Share, end: ShareEnd, *, at: datetime, operator_id: UUID | None
    ) -> None:
        self.record(
            CameraShareEnded,
            at=at,
            share_id=share.share_id,
            camera_id=share.camera_id,
            operator_id=operator_id,
            end=end,
        )

    @applies(CameraShared)
    def _camera_shared(self, fact: CameraShared) -> None:
        self.shares = (*self.shares, Share(fact.share_id, fact.camera_id, fact.request_id))
        self.shared = self.shared + 1
        self._acted(fact.operator_id)

    @applies(CameraShareEnded)
    def _camera_share_ended(self, fact: CameraShareEnded) -> None:
        self.shares = tuple(one for one in self.shares if one.share_id != fact.share_id)
