"""The desk for emergency reports: one list of commands, for three kinds of callers."""

from __future__ import annotations

from application.emergency.answering import Answering
from application.emergency.correcting import Correcting
from application.emergency.describing import Describing
from application.emergency.partner_answers import PartnerAnswers
from application.emergency.raising import Raising
from application.emergency.transferring import Transferring


class EmergencyDesk(Raising, Describing, Transferring, Answering, PartnerAnswers, Correcting):
    """Citizens raise, control rooms answer, timers and partners follow."""
