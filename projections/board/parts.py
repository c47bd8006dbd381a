"""The services that the board shows."""

from __future__ import annotations

from projections.board.escorts import ESCORTS
from projections.board.inspections import CHECKS, LOANS
from projections.board.monitoring import MONITORING
from projections.board.part import BoardPart
from projections.board.protections import PROTECTIONS
from projections.board.taxi import RIDES

PARTS: tuple[BoardPart, ...] = (CHECKS, ESCORTS, LOANS, MONITORING, PROTECTIONS, RIDES)
"""One for each service."""
