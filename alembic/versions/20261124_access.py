"""Chain the access records, so that none can be changed unseen.

Those kept so far are numbered without a gap and chained as they stand. The format is final from
here on; going back would take the proof away, so there is no way back.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261124_access"
down_revision = "20261124_proof"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE access_records
    ALTER COLUMN id DROP IDENTITY,
    ALTER COLUMN accessed_at DROP DEFAULT,
    DROP CONSTRAINT access_records_pkey,
    ADD COLUMN kind text,
    ADD COLUMN about uuid,
    ADD COLUMN task text,
    ADD COLUMN recipient text,
    ADD COLUMN account text,
    ADD COLUMN hash bytea;
COMMENT ON COLUMN access_records.actor IS 'who asked: role and random id';
COMMENT ON COLUMN access_records.account IS 'of the machine, where a command asked';
COMMENT ON COLUMN access_records.about IS 'the report, where one was read';

CREATE TABLE access_head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    id bigint NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE access_start (LIKE access_head INCLUDING ALL);
COMMENT ON TABLE access_start IS 'the last record that was cut off; the chain goes on from it';
INSERT INTO access_start (id, hash) VALUES (0, decode(repeat('00', 32), 'hex'));
"""

FUNCTIONS = Path(__file__).with_name("20261124_record_access.sql").read_text()

KEPT_SO_FAR = """
ALTER TABLE access_records DISABLE TRIGGER USER;
UPDATE access_records r
SET id = numbered.n,
    kind = CASE WHEN what LIKE '%.refused' THEN 'refusal'
                WHEN why LIKE 'delivery:%' THEN 'provision'
                ELSE 'read' END,
    recipient = substring(why FROM '^delivery:(.+)$'),
    about = substring(why FROM '^report:([0-9a-f-]{36})$')::uuid
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM access_records) AS numbered
WHERE r.id = numbered.id;

DO $$
DECLARE
    entry access_records;
    digest bytea := decode(repeat('00', 32), 'hex');
    last bigint := 0;
BEGIN
    FOR entry IN SELECT * FROM access_records ORDER BY id LOOP
        digest := access_digest(digest, entry);
        last := entry.id;
        UPDATE access_records SET hash = digest WHERE id = last;
    END LOOP;
    INSERT INTO access_head (id, hash) VALUES (last, digest);
END $$;

ALTER TABLE access_records
    ALTER COLUMN kind SET NOT NULL,
    ALTER COLUMN hash SET NOT NULL,
    ADD PRIMARY KEY (id),
    ADD CHECK (id > 0),
    ENABLE ALWAYS TRIGGER access_records_stand,
    ENABLE ALWAYS TRIGGER access_records_stand_row;
CREATE INDEX access_records_moment ON access_records (accessed_at);
CREATE INDEX access_records_actor ON access_records (actor, accessed_at);
CREATE INDEX access_records_about ON access_records (about) WHERE about IS NOT NULL;
"""

GRANTS = """
REVOKE ALL ON FUNCTION access_digest, record_access, cut_access_records, refuse_access_change
    FROM PUBLIC;
REVOKE ALL ON PROCEDURE record_access_durably FROM PUBLIC;
REVOKE INSERT ON access_records FROM ansim_service;
GRANT SELECT ON access_head, access_start TO ansim_service;
GRANT EXECUTE ON FUNCTION record_access, cut_access_records TO ansim_service;
GRANT EXECUTE ON PROCEDURE record_access_durably TO ansim_service;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (COLUMNS, FUNCTIONS, KEPT_SO_FAR, GRANTS):
        op.execute(part)


def downgrade() -> None:
    raise NotImplementedError("Access records are never unchained: restore a back-up instead.")
