"""The phone of a case sends what its camera saw, in pieces; it is read back by its hash."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from domain.base import Fact
from domain.emergency.filming import VideoAttached
from interfaces.demo.camera import filmed
from interfaces.demo.people import must

if TYPE_CHECKING:
    from interfaces.demo.people import Person
    from interfaces.demo.steps import Film

TUS: Final = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True, slots=True)
class Filmed:
    """A clip that a phone has sent; ``sha256`` is of what it sent."""

    clip_id: UUID
    sha256: str


def send(citizen: Person, report_id: UUID, device: str, film: Film) -> Filmed:
    """Film, and send it in as many requests as the case says."""
    clip = filmed(film.seconds, film.container)
    headers = TUS | {"Ansim-Device": device}
    name = b64encode(str(uuid4()).encode()).decode()
    begun = citizen.ask(
        "POST",
        f"/v1/emergencies/{report_id}/clips",
        headers=headers | {"Upload-Length": str(len(clip)), "Upload-Metadata": f"clip_id {name}"},
    )
    must(begun)
    path = begun.headers["Location"]
    step = -(-len(clip) // film.pieces)
    for offset in range(0, len(clip), step):
        told = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        part = clip[offset : offset + step]
        must(citizen.ask("PATCH", path, headers=headers | told, content=part))
    return Filmed(UUID(path.rpartition("/")[2]), sha256(clip).hexdigest())


def seen_otherwise(
    auditor: Person, report_id: UUID, sent: Iterable[Filmed], log: Sequence[Fact]
) -> Iterable[str]:
    """Whatever a phone has sent, the log must name, and an auditor see, byte for byte."""
    named = {fact.clip_id: fact.sha256 for fact in log if isinstance(fact, VideoAttached)}
    for clip in sent:
        if named.get(clip.clip_id) != clip.sha256:
            yield f"the phone sent a clip {clip.sha256}; the log has {named.get(clip.clip_id)}"
            continue
        answer = auditor.ask("GET", f"/v1/reports/{report_id}/clips/{clip.clip_id}")
        if not answer.is_success or sha256(answer.content).hexdigest() != clip.sha256:
            yield f"the clip {clip.clip_id} is shown otherwise than it was sent"
