"""A phone that sends clips over HTTP, and a house that checks them when it is told to."""

from __future__ import annotations

import socket
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx

from application.clips.checking import Check
from application.member_desk import MemberReceipt
from infrastructure.bootstrap import House

TUS = {"Tus-Resumable": "1.0.0"}
OFFSETS = "application/offset+octet-stream"
NOBODYS = "a phone that nobody has enrolled"


class Phone:
    """Of a member, or of somebody nobody knows."""

    def __init__(self, url: str, member: MemberReceipt | None = None) -> None:
        self.url = url
        self.member = member
        who = {"Ansim-Device": NOBODYS}
        if member is not None:
            who = {"Authorization": f"Bearer {member.device_token}"}
        self.headers = TUS | who

    def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **what: Any
    ) -> httpx.Response:
        return httpx.request(
            method, self.url + path, headers=self.headers | (headers or {}), timeout=20, **what
        )

    def raises(self, **position: float) -> UUID:
        body = {"trigger_id": str(uuid4()), "how": "button"}
        if position:
            body["position"] = position
        if self.member is None:
            body["device"] = {"device_id": NOBODYS}
        answer = self.ask("POST", "/v1/emergencies", json=body).raise_for_status().json()
        return UUID(answer["aggregate_id"])

    def begins(self, report_id: UUID, size: int, **told: str) -> httpx.Response:
        pairs = (f"{name} {b64encode(value.encode()).decode()}" for name, value in told.items())
        headers = {"Upload-Length": str(size), "Upload-Metadata": ",".join(pairs)}
        return self.ask("POST", f"/v1/emergencies/{report_id}/clips", headers=headers)

    def begun(self, report_id: UUID, size: int, **told: str) -> str:
        """The path of a new clip."""
        answer = self.begins(report_id, size, **told)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    def sends(self, path: str, offset: int, content: bytes | Iterator[bytes]) -> httpx.Response:
        headers = {"Upload-Offset": str(offset), "Content-Type": OFFSETS}
        return self.ask("PATCH", path, headers=headers, content=content)

    def asks(self, path: str) -> int:
        answer = self.ask("HEAD", path)
        assert answer.status_code == 200, answer.status_code
        return int(answer.headers["Upload-Offset"])

    def films(self, report_id: UUID, clip: bytes, **told: str) -> UUID:
        """Send a clip whole."""
        path = self.begun(report_id, len(clip), **told)
        answer = self.sends(path, 0, clip)
        assert answer.status_code == 204, answer.text
        return clip_of(path)

    def connected(self, path: str, offset: int, length: int) -> socket.socket:
        """A connection on which the head of a PATCH was sent, and nothing of its body."""
        at = urlsplit(self.url)
        told = {
            "Host": at.netloc,
            "Content-Type": OFFSETS,
            "Content-Length": str(length),
            "Upload-Offset": str(offset),
        }
        lines = [f"{name}: {value}" for name, value in (told | self.headers).items()]
        line = socket.create_connection((at.hostname or "", at.port or 0), timeout=10)
        head = "\r\n".join((f"PATCH {path} HTTP/1.1", *lines, "", ""))
        line.sendall(head.encode())
        return line


def clip_of(path: str) -> UUID:
    return UUID(path.rpartition("/")[2])


def checked(house: House, clip_id: UUID) -> Check:
    """Check a clip that is whole, as relay and worker would."""
    handed = house.upload_book.hand_out(in_flight_max=100)
    assert clip_id in handed
    house.upload_book.take_back([one for one in handed if one != clip_id])
    return house.clip_checking.attempt(clip_id)


def topics(house: House, report_id: UUID) -> list[str]:
    query = b"SELECT topic FROM events WHERE aggregate_id = %s ORDER BY version"
    with house.database.connection() as connection:
        return [row[0] for row in connection.execute(query, (report_id,))]


def files_with(house: House, needle: bytes) -> list[str]:
    """Files of the home in which the bytes stand in clear."""
    return [
        str(path)
        for path in house.home.path.rglob("*")
        if path.is_file() and needle in path.read_bytes()
    ]
