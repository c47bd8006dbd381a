"""The desk of return monitoring: one list of commands, for three kinds of callers."""

from __future__ import annotations

from application.monitoring.accompanying import Accompanying
from application.monitoring.following import Following
from application.monitoring.watching import Watching


class MonitoringDesk(Accompanying, Watching, Following):
    """Citizens wish and answer, control rooms watch, timers and partners follow."""
