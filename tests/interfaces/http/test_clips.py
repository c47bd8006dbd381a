"""A phone sends its clip over a line that breaks, and a control room looks at it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID, uuid4

import httpx
import pytest

from application.clips.checking import CheckOutcome
from application.clips.receiving import PIECE_BYTES
from application.context import system
from application.member_desk import RevokeDevice
from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.demo.camera import filmed
from interfaces.http.app import create_app
from tests.filmed import Phone, checked, clip_of, files_with, topics
from tests.living import GANGDONG, IN_GANGDONG, Living
from tests.serving import Serving
from tests.waiting import until

CLIP = filmed(2.0)
ATTACHED, REFUSED = "emergency.video_attached", "emergency.video_refused"


@pytest.fixture
def phone(service: Living) -> Phone:
    return Phone(service.url, service.register())


@pytest.fixture
def report_id(phone: Phone) -> UUID:
    return phone.raises(**IN_GANGDONG)


def told(service: Living, report_id: UUID) -> dict:
    """The report as an operator reads it, no older than its newest fact."""
    client = service.as_role(Role.OPERATOR, GANGDONG)
    query = b"SELECT max(position) FROM events WHERE aggregate_id = %s"
    with service.house.database.connection() as connection:
        after = connection.execute(query, (report_id,)).fetchone()[0]
    answer = client.get(f"/v1/reports/{report_id}", params={"after": after})
    return answer.raise_for_status().json()


class TestSending:
    def test_a_clip_is_sent_checked_and_seen(self, service, phone, report_id) -> None:
        clip_id = phone.films(report_id, CLIP, recorded_at="2026-11-29T21:00:00+09:00")
        assert checked(service.house, clip_id).outcome is CheckOutcome.TAKEN
        [clip] = told(service, report_id)["clips"]
        assert (clip["clip_id"], clip["refused"]) == (str(clip_id), None)
        assert (clip["codec"], clip["container"], clip["size_bytes"]) == ("h264", "mp4", len(CLIP))
        assert (clip["width_px"], clip["height_px"], clip["duration_s"]) == (320, 180, 2.0)
        assert clip["device_id"] == str(phone.member.device_id)
        path = f"/v1/reports/{report_id}/clips/{clip_id}"
        seen = service.as_role(Role.OPERATOR, GANGDONG).get(path)
        assert (seen.status_code, seen.content) == (200, CLIP)
        assert seen.headers["Content-Type"] == "video/mp4"

    def test_what_is_understood_is_told(self, service, phone, report_id) -> None:
        answer = phone.ask("OPTIONS", f"/v1/emergencies/{report_id}/clips")
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
        assert answer.headers["Tus-Max-Size"] == "20000000"
        assert service.house.policy.clip_bytes_max == 20_000_000

    def test_a_phone_that_nobody_knows_sends_its_own(self, service) -> None:
        phone = Phone(service.url)
        report_id = phone.raises(**IN_GANGDONG)
        checked(service.house, phone.films(report_id, CLIP))
        assert topics(service.house, report_id)[-1] == ATTACHED

    def test_begun_again_after_a_lost_answer_it_is_the_same_clip(self, phone, report_id) -> None:
        path = phone.begun(report_id, len(CLIP), clip_id="rear-1")
        phone.sends(path, 0, CLIP[:1000])
        assert phone.begun(report_id, len(CLIP), clip_id="rear-1") == path
        assert phone.asks(path) == 1000
        assert phone.begins(report_id, 5, clip_id="rear-1").json()["code"] == "clip.differs"
        assert phone.begun(report_id, len(CLIP)) != phone.begun(report_id, len(CLIP))

    def test_it_comes_in_pieces_of_any_size(self, service, phone, report_id) -> None:
        path = phone.begun(report_id, len(CLIP))
        sent = 0
        for size in (1, 7, 5000, len(CLIP)):
            answer = phone.sends(path, sent, CLIP[sent : sent + size])
            sent += min(size, len(CLIP) - sent)
            assert int(answer.headers["Upload-Offset"]) == sent == phone.asks(path)
        assert checked(service.house, clip_of(path)).outcome is CheckOutcome.TAKEN

    def test_several_clips_stand_side_by_side(self, service, phone, report_id) -> None:
        for clip in (CLIP, filmed(1.0, "webm")):
            checked(service.house, phone.films(report_id, clip))
        assert [one["container"] for one in told(service, report_id)["clips"]] == ["mp4", "webm"]

    def test_a_refused_clip_is_shown_with_its_reason(self, service, phone, report_id) -> None:
        clip_id = phone.films(report_id, b"#EXTM3U\nhttp://127.0.0.1:9/evil.ts\n")
        assert checked(service.house, clip_id).outcome is CheckOutcome.REFUSED
        report = told(service, report_id)
        assert [one["refused"] for one in report["clips"]] == ["playlist"]
        assert report["stage"] in {"window", "open"}
        path = f"/v1/reports/{report_id}/clips/{clip_id}"
        assert service.as_role(Role.OPERATOR, GANGDONG).get(path).status_code == 404


class TestBrokenLines:
    def test_what_had_come_is_kept_when_the_line_breaks(self, service, phone, report_id) -> None:
        clip = os.urandom(PIECE_BYTES * 2 + 5000)
        path = phone.begun(report_id, len(clip))
        with phone.connected(path, 0, len(clip)) as line:
            line.sendall(clip[: PIECE_BYTES + 1234])
            until(lambda: phone.asks(path) >= PIECE_BYTES)
        until(lambda: phone.asks(path) == PIECE_BYTES + 1234)
        assert phone.sends(path, 0, clip).json()["code"] == "clip.offset"
        answer = phone.sends(path, PIECE_BYTES + 1234, clip[PIECE_BYTES + 1234 :])
        assert int(answer.headers["Upload-Offset"]) == len(clip)
        upload = service.house.upload_book.find(clip_of(path))
        assert service.house.clip_checking._clear(upload) == clip

    def test_another_server_goes_on_where_the_first_was_stopped(
        self, service, phone, report_id
    ) -> None:
        path = phone.begun(report_id, len(CLIP))
        phone.sends(path, 0, CLIP[:3000])
        with (
            House(service.house.settings, role="test") as house,
            Serving(create_app(house)) as url,
        ):
            again = Phone(url, phone.member)
            assert again.asks(path) == 3000
            assert again.sends(path, 3000, CLIP[3000:]).status_code == 204
            assert checked(house, clip_of(path)).outcome is CheckOutcome.TAKEN

    def test_two_lines_at_once_make_one_clip(self, service, phone, report_id) -> None:
        clip = os.urandom(PIECE_BYTES * 6)
        path = phone.begun(report_id, len(clip))

        def send(_number: int) -> None:
            line = Phone(service.url, phone.member)
            while (offset := line.asks(path)) < len(clip):
                line.sends(path, offset, clip[offset:])

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(send, range(4)))
        upload = service.house.upload_book.find(clip_of(path))
        assert service.house.clip_checking._clear(upload) == clip
        stored = service.house.home.path / "clips" / "pieces" / str(upload.clip_id)
        assert len(list(stored.iterdir())) == upload.pieces

    def test_nothing_lies_anywhere_in_clear(self, service, phone, report_id) -> None:
        clip = b"what the rear camera saw " * 2000
        path = phone.begun(report_id, len(clip))
        phone.sends(path, 0, clip[:30_000])
        assert files_with(service.house, b"rear camera") == []
        phone.sends(path, 30_000, clip[30_000:])
        assert files_with(service.house, b"rear camera") == []
        assert checked(service.house, clip_of(path)).code == "not_a_video"
        assert not service.house.clip_store.has_pieces(clip_of(path))

    def test_what_its_phone_gives_up_is_given_up(self, service, phone, report_id) -> None:
        path = phone.begun(report_id, len(CLIP))
        phone.sends(path, 0, CLIP[:100])
        with service.house.database.connection() as connection:
            connection.execute("UPDATE clips SET touched_at = touched_at - interval '2 hours'")
        context = system("custody", correlation_id=uuid4())
        assert service.house.clip_receiving.give_silent_up(context) >= 1
        assert [one["refused"] for one in told(service, report_id)["clips"]] == ["incomplete"]
        assert phone.ask("HEAD", path).status_code == 410
        assert phone.sends(path, 100, CLIP[100:]).json()["code"] == "clip.gone"
        assert not service.house.clip_store.has_pieces(clip_of(path))


class TestTooMuch:
    def test_two_gigabytes_are_refused_when_they_are_announced(
        self, service, phone, report_id
    ) -> None:
        answer = phone.begins(report_id, 2 * 1024**3, clip_id="huge")
        assert (answer.status_code, answer.json()["code"]) == (413, "clip.too_large")
        assert phone.begins(report_id, 2 * 1024**3, clip_id="huge").status_code == 413
        clips = told(service, report_id)["clips"]
        assert [(one["refused"], one["size_bytes"]) for one in clips] == [("too_large", 2**31)]
        assert topics(service.house, report_id).count(REFUSED) == 1
        again = phone.begins(report_id, len(CLIP), clip_id="huge")
        assert (again.status_code, again.json()["code"]) == (410, "clip.gone")

    def test_two_gigabytes_in_one_request_are_not_read(self, service, phone, report_id) -> None:
        path = phone.begun(report_id, len(CLIP))
        with phone.connected(path, 0, 2 * 1024**3) as line:
            answer = line.recv(4096)
            assert b" 413 " in answer.splitlines()[0]
            assert b"clip.too_large" in answer + line.recv(4096)
            assert line.recv(1) == b""
        assert REFUSED in topics(service.house, report_id)

    def test_an_endless_body_ends_where_the_clip_does(self, service, phone, report_id) -> None:
        path = phone.begun(report_id, PIECE_BYTES * 2)
        sent = 0

        def endless():
            nonlocal sent
            while sent < 2 * 1024**3:
                sent += 64 * 1024
                yield bytes(64 * 1024)

        with suppress(httpx.TransportError):  # the server hung up on us
            assert phone.sends(path, 0, endless()).status_code == 413
        assert sent < 64 * 1024**2
        until(lambda: REFUSED in topics(service.house, report_id), within_s=60.0)
        until(lambda: not service.house.clip_store.has_pieces(clip_of(path)))
        assert phone.ask("HEAD", path).status_code == 410

    def test_the_report_rings_all_the_same(self, service, phone, report_id) -> None:
        phone.begins(report_id, 2 * 1024**3)
        until(lambda: "emergency.accepted" in topics(service.house, report_id))
        assert told(service, report_id)["ringing"] is True

    def test_a_clip_of_nothing_is_none(self, service, phone, report_id) -> None:
        answer = phone.begins(report_id, 0)
        assert (answer.status_code, answer.json()["code"]) == (422, "clip.empty")
        assert [one["refused"] for one in told(service, report_id)["clips"]] == ["empty"]


class TestTheDoor:
    def test_only_whoever_raised_it_may_send(self, service, phone, report_id) -> None:
        path = phone.begun(report_id, len(CLIP))
        for stranger in (Phone(service.url, service.register()), Phone(service.url)):
            assert stranger.begins(report_id, 10).status_code == 404
            assert stranger.ask("HEAD", path).status_code == 404
            assert stranger.sends(path, 0, CLIP).status_code == 404
        other = phone.raises()
        assert phone.ask("HEAD", path.replace(str(report_id), str(other))).status_code in {200, 404}
        assert phone.begins(uuid4(), 10).status_code == 404

    def test_a_phone_whose_word_was_taken_away_sends_nothing_more(
        self, service, phone, report_id
    ) -> None:
        path = phone.begun(report_id, len(CLIP))
        service.house.member_desk.revoke_device(
            RevokeDevice(device_id=phone.member.device_id),
            system("test", correlation_id=uuid4()),
        )
        assert phone.sends(path, 0, CLIP).status_code == 404

    def test_another_protocol_is_told_ours(self, phone, report_id) -> None:
        path = phone.begun(report_id, 10)
        for headers in ({"Tus-Resumable": "0.2.2"}, {"Tus-Resumable": ""}):
            answer = phone.ask("HEAD", path, headers=headers)
            assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
        answer = phone.ask("PATCH", path, headers={"Upload-Offset": "0"}, content=b"x")
        assert answer.status_code == 415
        answer = phone.ask("POST", f"/v1/emergencies/{report_id}/clips")
        assert answer.status_code == 422
        assert answer.headers["Tus-Resumable"] == "1.0.0"

    def test_what_is_not_understood_of_the_metadata_says_nothing(self, phone, report_id) -> None:
        headers = {"Upload-Length": "10", "Upload-Metadata": "clip_id ###, recorded_at bm93,x"}
        path = f"/v1/emergencies/{report_id}/clips"
        assert phone.ask("POST", path, headers=headers).status_code == 201
