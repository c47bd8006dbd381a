"""The board of all services: every session in one order of urgency."""

from projections.board.fold import ServiceBoard, ServiceHour, ServicesByHour
from projections.board.part import BoardPart
from projections.board.row import BoardRow, BoardUrgency

__all__ = [
    "BoardPart",
    "BoardRow",
    "BoardUrgency",
    "ServiceBoard",
    "ServiceHour",
    "ServicesByHour",
]
