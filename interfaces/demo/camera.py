"""The rear camera of a phone that is not there: a small real video, made when it is needed."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from av import VideoFrame

WIDTH, HEIGHT = 320, 180
FRAMES_PER_S: Final = 15
CODECS: Final = {"mp4": "libx264", "webm": "libvpx"}
SWIFTLY: Final = {
    "mp4": {"preset": "ultrafast", "threads": "1"},
    "webm": {"deadline": "realtime", "cpu-used": "8", "threads": "1"},
}


def filmed(seconds: float = 5.0, container: str = "mp4") -> bytes:
    """A bar that wanders over grey, in H.264 or VP8.

    Args:
        seconds: how long.
        container: ``mp4`` or ``webm``; the latter without its length, as browsers record it.
    """
    import av

    made = BytesIO()
    options = {"live": "1"} if container == "webm" else {}
    with av.open(made, "w", format=container, options=options) as file:
        stream = file.add_stream(CODECS[container], rate=FRAMES_PER_S)
        if not isinstance(stream, av.VideoStream):
            raise TypeError(f"{container} holds no picture")
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = 300_000
        stream.codec_context.options = SWIFTLY[container]
        for number in range(round(seconds * FRAMES_PER_S)):
            file.mux(stream.encode(_frame(number)))
        file.mux(stream.encode(None))
    return made.getvalue()


def _frame(number: int) -> VideoFrame:
    import av

    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, shade in zip(frame.planes, (number * 2 % 128 + 32, 128, 128), strict=True):
        row = bytearray([shade]) * plane.line_size
        if plane is frame.planes[0]:
            row[number * 4 % WIDTH] = 255
        plane.update(bytes(row) * plane.height)
    frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_S)
    return frame
