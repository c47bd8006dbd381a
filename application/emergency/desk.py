"""The desk for emergency reports: one list of commands, for three kinds of callers."""

from __future__ import annotations

from application.emergency.attending import Attending
from application.emergency.correcting import Correcting
from application.emergency.describing import Describing
from application.emergency.raising_for import RaisingFor
from application.emergency.reaching import Reaching
from application.emergency.transferring import Transferring
from application.emergency.writing import Writing


class EmergencyDesk(RaisingFor, Describing, Transferring, Reaching, Writing, Attending, Correcting):
    """Citizens raise and write, control rooms answer and reach, timers and partners follow."""
