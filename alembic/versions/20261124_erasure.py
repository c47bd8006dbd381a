"""Keep what erasure and retention have to do."""

from __future__ import annotations

revision = "20261124_erasure"
down_revision = "20261124_access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
