"""Count members by language, identity check and consents, and who joins and leaves by day.

The rows are folded from the log; going back drops them.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261129_members"
down_revision = "20261129_message_ways"
branch_labels = None
depends_on = None

TABLES = Path(__file__).with_name("20261129_members.sql").read_text()
FOLD = """
INSERT INTO read.tracking (fold, version) VALUES ('members', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('members', 0, 0);
"""
DOWN = """
DROP TABLE read.members, read.members_by_group, read.members_joined_by_day,
    read.members_left_by_day;
DELETE FROM read.parked WHERE fold = 'members';
DELETE FROM read.tracking WHERE fold = 'members';
DELETE FROM read.compared WHERE fold = 'members';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(TABLES)
    op.execute(FOLD)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
