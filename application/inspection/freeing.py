"""What a form had taken, and gives back: a team's time, a detector."""

from __future__ import annotations

from datetime import datetime

from application.safe_return import SafeReturn
from domain.base import Aggregate
from domain.inspection import DetectorLoan, DetectorPool, Inspection, InspectionTeam


def freed(
    app: SafeReturn, form: Inspection | DetectorLoan, *, at: datetime, damaged: bool = False
) -> list[Aggregate]:
    """Whatever else is to be saved with a form that has come to its end, or changes its time."""
    if isinstance(form, Inspection):
        team = app.find(InspectionTeam, form.team_id) if form.team_id else None
        if team is not None:
            team.release(inspection_id=form.id, at=at)
        return [team] if team else []
    pool = app.find(DetectorPool, DetectorPool.create_id(form.district))
    if pool is not None:
        pool.take_back(loan_id=form.id, damaged=damaged, at=at)
    return [pool] if pool else []
