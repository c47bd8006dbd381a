"""Whatever a stranger sends as a clip, it is named or refused by name, and nobody is hurt."""

from __future__ import annotations

import os
import sys
import time
from fractions import Fraction
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import av
import pytest

from application.clips.errors import InspectionFailed, InspectionTooSlow
from domain.emergency.filming import Container, Footage, VideoRefusal
from domain.policy import Policy
from infrastructure.clips import inspecting
from infrastructure.clips.inspecting import ConfinedInspector
from interfaces.demo.camera import filmed

POLICY = Policy()
INSPECTOR = ConfinedInspector()
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/x.ts\n"
CONCAT = b"ffconcat version 1.0\nfile '/etc/passwd'\n"
XSPF = b'<?xml version="1.0"?><playlist><trackList><track/></trackList></playlist>'
FTYP = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"


def still(width: int, height: int, frames: int, per_s: int, codec: str = "libx264") -> bytes:
    """A grey picture that stands still: few bytes, however large or long it is."""
    made = BytesIO()
    with av.open(made, "w", format="mp4") as file:
        stream = file.add_stream(codec, rate=per_s)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.options = {"preset": "ultrafast", "threads": "1"}
        frame = av.VideoFrame(width, height, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.time_base = Fraction(1, per_s)
        for number in range(frames):
            frame.pts = number
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return made.getvalue()


def sound_only() -> bytes:
    made = BytesIO()
    with av.open(made, "w", format="mp4") as file:
        stream = file.add_stream("aac", rate=44_100, layout="mono")
        frame = av.AudioFrame("fltp", "mono", 1024)
        frame.sample_rate, frame.pts = 44_100, 0
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return made.getvalue()


def pictures(codec: str) -> bytes:
    """Of a codec that no phone films in."""
    made = BytesIO()
    with av.open(made, "w", format="matroska") as file:
        stream = file.add_stream(codec, rate=1)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
        frame = av.VideoFrame(16, 16, "yuv420p")
        frame.pts, frame.time_base = 0, Fraction(1, 1)
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return made.getvalue()


@pytest.mark.parametrize(("container", "codec"), [("mp4", "h264"), ("webm", "vp8")])
def test_a_clip_of_a_phone_is_understood(container: str, codec: str) -> None:
    clip = filmed(5.0, container)
    found = INSPECTOR.inspect(clip, POLICY)
    assert isinstance(found, Footage)
    assert found.duration_s == pytest.approx(5.0, abs=0.07)
    assert found == Footage(
        sha256=sha256(clip).hexdigest(),
        size_bytes=len(clip),
        duration_s=found.duration_s,
        codec=codec,
        container=Container(container),
        width_px=320,
        height_px=180,
    )


def test_a_browsers_webm_has_no_duration_and_gets_one() -> None:
    clip = filmed(3.0, "webm")
    with av.open(BytesIO(clip)) as opened:
        assert opened.duration is None
    found = INSPECTOR.inspect(clip, POLICY)
    assert isinstance(found, Footage)
    assert found.duration_s == pytest.approx(3.0, abs=0.07)


def test_what_had_come_of_a_live_recording_is_a_shorter_clip() -> None:
    clip = filmed(5.0, "webm")
    found = INSPECTOR.inspect(clip[: len(clip) // 2], POLICY)
    assert isinstance(found, Footage)
    assert 0.5 < found.duration_s < 4.5


@pytest.mark.parametrize(
    ("clip", "reason"),
    [
        (PLAYLIST, VideoRefusal.PLAYLIST),
        (b"\xef\xbb\xbf\n" + PLAYLIST, VideoRefusal.PLAYLIST),
        (CONCAT, VideoRefusal.PLAYLIST),
        (XSPF, VideoRefusal.PLAYLIST),
        (b"", VideoRefusal.NOT_A_VIDEO),
        (bytes(4096), VideoRefusal.NOT_A_VIDEO),
        (b"GIF89a" + bytes(64), VideoRefusal.NOT_A_VIDEO),
        (b"\x00\x00\x00\x18ftypavif" + bytes(12), VideoRefusal.NOT_A_VIDEO),
        (FTYP, VideoRefusal.UNREADABLE),
        (FTYP + PLAYLIST, VideoRefusal.TRUNCATED),
        (FTYP + b"\x00\x00\x00\x02moov", VideoRefusal.UNREADABLE),
        (FTYP + b"\x00\x00\x10\x00" + bytes(4092), VideoRefusal.UNREADABLE),
        (b"\x1a\x45\xdf\xa3" + bytes(range(256)), VideoRefusal.TRUNCATED),
    ],
    ids=range(13),
)
def test_what_is_no_video_is_refused_by_name(clip: bytes, reason: VideoRefusal) -> None:
    assert INSPECTOR.inspect(clip, POLICY) is reason


def test_garbage_in_the_boxes_of_a_video_is_unreadable() -> None:
    clip = bytearray(filmed(1.0))
    begin = clip.find(b"mdat") + 4
    clip[begin : clip.find(b"moov") - 4] = os.urandom(clip.find(b"moov") - 4 - begin)
    assert INSPECTOR.inspect(bytes(clip), POLICY) is VideoRefusal.UNREADABLE


def test_sound_alone_has_no_picture() -> None:
    assert INSPECTOR.inspect(sound_only(), POLICY) is VideoRefusal.NO_PICTURE


def test_a_codec_that_no_phone_films_in_is_refused() -> None:
    assert INSPECTOR.inspect(pictures("ffv1"), POLICY) is VideoRefusal.CODEC_UNKNOWN


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_file_that_was_cut_off_is_truncated(share: float) -> None:
    clip = filmed(2.0)
    assert INSPECTOR.inspect(clip[: round(len(clip) * share)], POLICY) is VideoRefusal.TRUNCATED


def test_more_seconds_than_may_be_is_too_long() -> None:
    assert INSPECTOR.inspect(filmed(11.0), POLICY) is VideoRefusal.TOO_LONG
    assert isinstance(INSPECTOR.inspect(filmed(9.5), POLICY), Footage)


def test_a_picture_of_a_wall_is_a_bomb() -> None:
    clip = still(8000, 4000, 1, 1)
    assert len(clip) < 100_000
    assert INSPECTOR.inspect(clip, POLICY) is VideoRefusal.BOMB


def test_thousands_of_pictures_in_a_second_are_a_bomb() -> None:
    clip = still(64, 64, 1300, 1000)
    assert INSPECTOR.inspect(clip, POLICY) is VideoRefusal.BOMB


def test_what_needs_more_room_than_there_is_is_refused() -> None:
    room = ConfinedInspector(memory_bytes=100 * 1024 * 1024)  # a decoder without room may fall over
    refused = {VideoRefusal.BOMB, VideoRefusal.UNREADABLE}
    assert room.inspect(still(3840, 2160, 20, 10), POLICY) in refused


def test_what_needs_too_much_work_is_a_bomb(tmp_path, monkeypatch) -> None:
    folder = str(inspecting.PROGRAM.parent)
    endless = tmp_path / "looking.py"
    endless.write_text(
        f"import json, sys\nsys.path.insert(0, {folder!r})\nimport looking\n"
        "looking.look = lambda clear, limits: sum(0 for _ in iter(int, 1))\n"
        "looking.main(json.loads(sys.argv[1]))\n"
    )
    monkeypatch.setattr(inspecting, "PROGRAM", endless)
    work = ConfinedInspector(cpu_s=2, memory_bytes=2**33)
    assert work.inspect(b"x", POLICY) is VideoRefusal.BOMB


def test_what_takes_too_long_is_killed(tmp_path, monkeypatch) -> None:
    sleeper = tmp_path / "looking.py"
    sleeper.write_text(
        "import os, time\nopen(os.path.dirname(__file__) + '/pid', 'w')"
        ".write(str(os.getpid()))\ntime.sleep(60)\n"
    )
    monkeypatch.setattr(inspecting, "PROGRAM", sleeper)
    began = time.monotonic()
    with pytest.raises(InspectionTooSlow):
        ConfinedInspector(wall_s=1.0).inspect(b"x", POLICY)
    assert time.monotonic() - began < 10
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("import os; os.kill(os.getpid(), 11)", VideoRefusal.UNREADABLE),
        ("import os; os.kill(os.getpid(), 9)", VideoRefusal.BOMB),
        ("raise ImportError('av')", None),
        ("print('x' * 10_000)", None),
        ("print('[1, 2]')", None),
        ("print('{}')", None),
    ],
)
def test_a_process_that_dies_says_what_it_can(tmp_path, monkeypatch, program, found) -> None:
    path = tmp_path / "looking.py"
    path.write_text(program)
    monkeypatch.setattr(inspecting, "PROGRAM", path)
    if found is not None:
        assert INSPECTOR.inspect(b"x", POLICY) is found
        return
    with pytest.raises(InspectionFailed):
        INSPECTOR.inspect(b"x", POLICY)


CONFINED = """
import json, os, socket, sys
sys.path.insert(0, {folder!r})
import looking
looking.load()
looking.confine(dict(cpu_s=5, memory_bytes=2**30))
for attempt in (lambda: socket.socket(), lambda: open("/etc/hostname"), lambda: os.pipe()):
    try:
        attempt()
    except OSError:
        continue
    sys.exit(3)
try:
    import av
    av.open("/etc/hostname")
except OSError:
    sys.exit(0)
sys.exit(4)
"""


def test_the_process_can_open_no_file_and_no_connection() -> None:
    import subprocess

    program = CONFINED.format(folder=str(Path(inspecting.__file__).parent))
    ended = subprocess.run([sys.executable, "-I", "-c", program], check=False)
    assert ended.returncode == 0
