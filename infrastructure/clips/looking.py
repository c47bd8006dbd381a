"""The process that opens a stranger's video; run as a program of its own, never imported by us.

``python -I looking.py LIMITS`` reads the clip from its standard input and says on its standard
output, in one line of JSON, what it is or why it is none. Before it looks at a byte it gives up
what it does not need: memory and work beyond a limit, and every further file and connection.
"""

from __future__ import annotations

import json
import os
import pkgutil
import resource
import sys
from importlib import import_module
from io import BytesIO
from typing import Any, Final

import av

PLAYLISTS: Final = (
    b"#EXTM3U",
    b"ffconcat",
    b"[playlist]",
    b"[Reference]",
    b"<ASX",
    b"<?xml",
    b"<playlist",
    b"<MPD",
    b"<smil",
    b"RTSPtext",
    b"rtsptext",
    b"v=0",
)
CODECS: Final = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "h263"})
BRANDS_OTHER: Final = frozenset({b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"})
"""Pictures, not videos, in the box of an MP4."""
EBML: Final = b"\x1a\x45\xdf\xa3"
SEGMENT: Final = b"\x18\x53\x80\x67"
SEGMENT_WITHIN: Final = 4096
BOX_BYTES: Final = 8
LARGEST_EDGE_PX: Final = 8192
POLITE: Final = 10
"""Whatever else the machine has to do goes first."""


class Refused(Exception):
    """``args[0]`` is the reason, as ``domain.emergency.filming`` has it."""


def main(limits: dict[str, Any]) -> dict[str, Any]:
    clear = sys.stdin.buffer.read()
    load()
    confine(limits)
    try:
        return look(clear, limits)
    except Refused as refused:
        return {"refused": refused.args[0]}
    except MemoryError:
        return {"refused": "bomb"}


def load() -> None:
    """Import every part of the library, which would open files when it is first needed."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


def confine(limits: dict[str, Any]) -> None:
    """Whatever the video makes of this process, it can neither grow, write, nor reach out."""
    os.nice(POLITE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_s"], limits["cpu_s"] + 1))
    if sys.platform == "linux":  # elsewhere the address space cannot be limited so low
        resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"],) * 2)


def look(clear: bytes, limits: dict[str, Any]) -> dict[str, Any]:
    container, demuxer = container_of(clear)
    (refuse_cut_webm if container == "webm" else refuse_cut_mp4)(clear)
    try:
        with av.open(
            BytesIO(clear),
            format=demuxer,
            options={"protocol_whitelist": "", "format_whitelist": "mov,mp4,matroska,webm"},
            metadata_errors="replace",
        ) as opened:
            return footage(opened, container, limits)
    except av.error.FFmpegError as error:
        if isinstance(error, MemoryError):
            raise Refused("bomb") from error
        raise Refused("unreadable") from error


def container_of(clear: bytes) -> tuple[str, str]:
    """By its first bytes, before anything opens it; nothing else is ever guessed."""
    if clear[4:8] == b"ftyp" and clear[8:12] not in BRANDS_OTHER:
        return "mp4", "mov"
    if clear[:4] == EBML:
        return "webm", "matroska"
    begin = clear[:1024].lstrip(b"\xef\xbb\xbf\x00 \t\r\n").lower()
    if begin.startswith(tuple(one.lower() for one in PLAYLISTS)):
        raise Refused("playlist")
    raise Refused("not_a_video")


def refuse_cut_mp4(clear: bytes) -> None:
    """An MP4 is a row of boxes, each of which says how long it is."""
    at = 0
    while at < len(clear):
        size, kind = int.from_bytes(clear[at : at + 4], "big"), clear[at + 4 : at + 8]
        if not kind.isascii() or b"\0" in kind:
            raise Refused("unreadable")
        if size == 1:
            size = int.from_bytes(clear[at + 8 : at + 16], "big")
        at = at + size if size else len(clear)  # none: up to the end
        if at > len(clear):
            raise Refused("truncated")
        if 0 < size < BOX_BYTES:
            raise Refused("unreadable")


def refuse_cut_webm(clear: bytes) -> None:
    """A Matroska file may say how long it is; one that a browser records does not."""
    at = clear.find(SEGMENT, 0, SEGMENT_WITHIN)
    if at < 0 or at + 5 > len(clear):
        raise Refused("truncated")
    at += len(SEGMENT)
    width = 9 - clear[at].bit_length()  # a number says its own width by its first bit
    told = int.from_bytes(clear[at : at + width], "big") & ((1 << 7 * width) - 1)
    unknown = told == (1 << 7 * width) - 1
    if not unknown and at + width + told > len(clear):
        raise Refused("truncated")


def footage(opened: Any, container: str, limits: dict[str, Any]) -> dict[str, Any]:
    if not opened.streams.video:
        raise Refused("no_picture")
    stream = opened.streams.video[0]
    codec = stream.codec_context
    name = None if codec is None else codec.codec.canonical_name
    if name not in CODECS:
        raise Refused("codec_unknown")
    refuse_large(codec.width, codec.height, limits)
    codec.thread_count = 1
    seconds = watched(opened, stream, limits)
    if not codec.width or not codec.height:
        raise Refused("unreadable")
    return {
        "container": container,
        "codec": name,
        "duration_s": round(seconds, 3),
        "width_px": codec.width,
        "height_px": codec.height,
    }


def watched(opened: Any, stream: Any, limits: dict[str, Any]) -> float:
    """Decode every frame; how many seconds they fill, whatever the file says itself."""
    first = last = None
    packets = frames = 0
    shown_s = 0.0
    for packet in opened.demux(stream):
        if packet.pts is not None:
            packets += 1
            begin = float(packet.pts * packet.time_base)
            first = begin if first is None else min(first, begin)
            shown_s = float((packet.duration or 0) * packet.time_base) or shown_s
            last = begin + shown_s if last is None else max(last, begin + shown_s)
            if last - first > limits["seconds_max"]:
                raise Refused("too_long")
        if packets > limits["frames_max"]:
            raise Refused("bomb")
        frames += decoded(packet, limits)
        if frames > limits["frames_max"]:
            raise Refused("bomb")
    if stream.frames > packets:
        raise Refused("truncated")
    if first is None or last is None or not frames:
        raise Refused("unreadable")
    if last == first and packets > 1:
        raise Refused("unreadable")
    return last - first


def decoded(packet: Any, limits: dict[str, Any]) -> int:
    """How many frames came out. One that is damaged is passed over: the next may be whole."""
    try:
        frames = packet.decode()
    except av.error.InvalidDataError:
        return 0
    for frame in frames:
        refuse_large(frame.width, frame.height, limits)
    return len(frames)


def refuse_large(width: int, height: int, limits: dict[str, Any]) -> None:
    if width * height > limits["pixels_max"] or max(width, height) > LARGEST_EDGE_PX:
        raise Refused("bomb")


if __name__ == "__main__":
    av.logging.set_level(None)
    sys.stdout.write(json.dumps(main(json.loads(sys.argv[1]))) + "\n")
