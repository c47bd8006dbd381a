"""Show the clips of a report on its page.

Rows stay as they are: no clip was taken before this day, so an empty list is what a rebuild would
make, too. Going back lets the fold begin anew.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_clips_shown"
down_revision = "20261129_clips"
branch_labels = None
depends_on = None

UP = """
DROP TABLE IF EXISTS shadow.report_detail, shadow.report_detail_history;
ALTER TABLE read.report_detail ADD COLUMN clips text NOT NULL DEFAULT '[]';
ALTER TABLE read.report_detail_history ADD COLUMN clips text NOT NULL DEFAULT '[]';
ALTER TABLE read.report_detail ALTER COLUMN clips DROP DEFAULT;
ALTER TABLE read.report_detail_history ALTER COLUMN clips DROP DEFAULT;
"""

DOWN = """
DROP TABLE IF EXISTS shadow.report_detail, shadow.report_detail_history;
DELETE FROM read.parked WHERE fold = 'report_detail';
TRUNCATE read.report_detail, read.report_detail_history;
ALTER TABLE read.report_detail DROP COLUMN clips;
ALTER TABLE read.report_detail_history DROP COLUMN clips;
UPDATE read.tracking SET position = 0, version = 3 WHERE fold = 'report_detail';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
