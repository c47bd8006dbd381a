"""Keep which scouts serve in which district: ids only, for the page of the district's nights."""

from __future__ import annotations

from alembic import op

revision = "20261130_scouts"
down_revision = "20261130_taxi_boardings"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE read.scouts (
    scout_id UUID NOT NULL,
    district TEXT NOT NULL,
    has_left BOOLEAN NOT NULL
);
ALTER TABLE read.scouts ADD PRIMARY KEY (scout_id);
INSERT INTO read.tracking (fold, version) VALUES ('scouts', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('scouts', 0, 0);
"""
DOWN = """
DROP TABLE read.scouts;
DELETE FROM read.parked WHERE fold = 'scouts';
DELETE FROM read.tracking WHERE fold = 'scouts';
DELETE FROM read.compared WHERE fold = 'scouts';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
