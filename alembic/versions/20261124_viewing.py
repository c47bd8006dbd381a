"""Keep what each operator had open."""

from __future__ import annotations

revision = "20261124_viewing"
down_revision = "20261124_erasure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
