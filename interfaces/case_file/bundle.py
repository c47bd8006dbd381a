"""An exported case as one ZIP file."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def zipped(files: Mapping[str, bytes], at: datetime) -> bytes:
    """The bundle; every entry carries the moment of the export (in UTC, to two seconds)."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            bundle.writestr(entry, content)
    return held.getvalue()


def bundle_name(report_id: object, at: datetime) -> str:
    """A file name that says which case, and when it was exported."""
    return f"case-{str(report_id)[:8]}-{at:%Y%m%dT%H%M%SZ}.zip"
