"""Keep what has been sealed of the log."""

from __future__ import annotations

revision = "20261124_proof"
down_revision = "20261123_usage_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
