-- A witness of checkpoints. Nothing is ever changed or taken away: the triggers refuse it to
-- everybody who does not switch them off, and whoever publishes owns nothing here.
CREATE SCHEMA ansim_witness;

CREATE TABLE ansim_witness.checkpoints (
    number bigint PRIMARY KEY CHECK (number > 0),
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    facts_size bigint NOT NULL,
    access_size bigint NOT NULL,
    canonical bytea NOT NULL,
    signature bytea NOT NULL CHECK (length(signature) = 64),
    public_key bytea NOT NULL CHECK (length(public_key) = 32),
    peaks bytea NOT NULL,
    facts_leaves bytea NOT NULL,
    access_leaves bytea NOT NULL
);
CREATE INDEX ON ansim_witness.checkpoints (facts_size);
CREATE INDEX ON ansim_witness.checkpoints (access_size);
ALTER TABLE ansim_witness.checkpoints
    ALTER facts_leaves SET STORAGE EXTERNAL, ALTER access_leaves SET STORAGE EXTERNAL;

CREATE FUNCTION ansim_witness.refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is refused: a witness forgets nothing', TG_OP;
END $$;
CREATE TRIGGER stands BEFORE UPDATE OR DELETE OR TRUNCATE ON ansim_witness.checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION ansim_witness.refuse();
ALTER TABLE ansim_witness.checkpoints ENABLE ALWAYS TRIGGER stands;

-- Takes what follows the last checkpoint: by number, by the digest that it names, by its leaves.
CREATE FUNCTION ansim_witness.take(
    new_number bigint, new_facts bigint, new_access bigint, new_canonical bytea,
    new_signature bytea, new_public_key bytea, new_peaks bytea, facts bytea, access bytea
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last ansim_witness.checkpoints;
    said jsonb := convert_from(new_canonical, 'UTF8')::jsonb;
BEGIN
    LOCK TABLE ansim_witness.checkpoints IN SHARE ROW EXCLUSIVE MODE;
    SELECT c.* INTO last FROM ansim_witness.checkpoints c ORDER BY c.number DESC LIMIT 1;
    IF new_number <> coalesce(last.number, 0) + 1 THEN
        RAISE EXCEPTION 'after checkpoint % comes no %', coalesce(last.number, 0), new_number;
    END IF;
    IF (said ->> 'number')::bigint <> new_number
       OR (said #>> '{facts,size}')::bigint <> new_facts
       OR (said #>> '{access,size}')::bigint <> new_access THEN
        RAISE EXCEPTION 'checkpoint % says other sizes than it comes with', new_number;
    END IF;
    IF said ->> 'previous' <> coalesce(encode(sha256(last.canonical), 'hex'), repeat('0', 64)) THEN
        RAISE EXCEPTION 'checkpoint % follows another one than is held here', new_number;
    END IF;
    IF length(facts) <> 32 * (new_facts - coalesce(last.facts_size, 0))
       OR length(access) <> 32 * (new_access - coalesce(last.access_size, 0)) THEN
        RAISE EXCEPTION 'checkpoint % comes with other leaves than it brings', new_number;
    END IF;
    INSERT INTO ansim_witness.checkpoints
    VALUES (new_number, clock_timestamp(), new_facts, new_access, new_canonical, new_signature,
            new_public_key, new_peaks, facts, access);
END $$;
REVOKE ALL ON FUNCTION ansim_witness.take FROM PUBLIC;
