"""Keep which smart lights there are, and which reports and sessions need them now.

Neither is a fact: which lamps blink would tell where she is to a few metres, so it is gone with the
need. Going back forgets both; lamps that blink stop by themselves.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_linked_services"
down_revision = "20261129_protection"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE lamps (
    lamp_id uuid PRIMARY KEY,
    network text NOT NULL,
    place point NOT NULL  -- longitude, latitude
);
CREATE INDEX lamps_place ON lamps USING gist (place);
COMMENT ON TABLE lamps IS 'smart lights: their addresses in their networks, and where they stand';

CREATE TABLE lamp_uses (
    lamp_id uuid NOT NULL,
    session_id uuid NOT NULL,
    mode text NOT NULL,
    PRIMARY KEY (lamp_id, session_id)
);
CREATE INDEX lamp_uses_session ON lamp_uses (session_id);
COMMENT ON TABLE lamp_uses IS 'lamps that a report or a session needs now; gone with the need';
GRANT SELECT, INSERT, UPDATE, DELETE ON lamps, lamp_uses TO ansim_service;

-- Two lanes of deliveries: what is due in one is found past all that waits in the other.
DROP INDEX ix_deliveries_open;
CREATE INDEX ix_deliveries_open ON deliveries (state, (CASE WHEN channel IN
    ('lights', 'lights_restore', 'wearer_watch', 'wearer_watch_end') THEN 1 ELSE 0 END),
    next_attempt_at) WHERE state <> 'done';
"""
DOWN = """
DROP TABLE lamp_uses, lamps;
DROP INDEX ix_deliveries_open;
CREATE INDEX ix_deliveries_open ON deliveries (state, next_attempt_at) WHERE state <> 'done';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
