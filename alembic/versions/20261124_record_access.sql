-- The one way into the access records, and the one way out of them.

-- Every column of a record but hash, in the table's order, each after its length; -1 for NULL.
CREATE FUNCTION access_digest(previous bytea, r access_records) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
SELECT sha256(previous
    || '\x00000008'::bytea || int8send(r.id)
    || '\x00000008'::bytea || timestamptz_send(r.accessed_at)
    || int4send(octet_length(r.actor)) || convert_to(r.actor, 'UTF8')
    || coalesce(int4send(octet_length(r.district)) || convert_to(r.district, 'UTF8'),
                '\xffffffff'::bytea)
    || coalesce(int4send(octet_length(r.address)) || convert_to(r.address, 'UTF8'),
                '\xffffffff'::bytea)
    || '\x00000010'::bytea || uuid_send(r.subject)
    || int4send(octet_length(r.what)) || convert_to(r.what, 'UTF8')
    || int4send(octet_length(r.why)) || convert_to(r.why, 'UTF8')
    || '\x00000010'::bytea || uuid_send(r.correlation_id)
    || int4send(octet_length(r.kind)) || convert_to(r.kind, 'UTF8')
    || coalesce('\x00000010'::bytea || uuid_send(r.about), '\xffffffff'::bytea)
    || coalesce(int4send(octet_length(r.task)) || convert_to(r.task, 'UTF8'),
                '\xffffffff'::bytea)
    || coalesce(int4send(octet_length(r.recipient)) || convert_to(r.recipient, 'UTF8'),
                '\xffffffff'::bytea)
    || coalesce(int4send(octet_length(r.account)) || convert_to(r.account, 'UTF8'),
                '\xffffffff'::bytea))
$$;

-- Records one request's accesses: the arrays have one element for each; returns the last id.
--
-- The moment is the database's and never runs backwards along ids. Plans are made once for a
-- session, when the table may still be small, and must hold when it has grown: by index.
CREATE FUNCTION record_access(
    actor text, account text, district text, address text, correlation_id uuid,
    kinds text[], subjects uuid[], deeds text[], whys text[], abouts uuid[], tasks text[],
    recipients text[]
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off AS $$
#variable_conflict use_variable
DECLARE
    entry access_records;
BEGIN
    PERFORM pg_advisory_xact_lock(71933209);  -- one at a time, cluster-wide; not the log's lock
    SELECT h.id, h.hash,
           greatest(clock_timestamp(),
                    (SELECT r.accessed_at FROM access_records r WHERE r.id = h.id))
    INTO STRICT entry.id, entry.hash, entry.accessed_at
    FROM access_head h WHERE h.single;
    entry.actor := actor;
    entry.account := account;
    entry.district := district;
    entry.address := address;
    entry.correlation_id := correlation_id;
    FOR n IN 1..cardinality(subjects) LOOP
        entry.id := entry.id + 1;
        entry.kind := kinds[n];
        entry.subject := subjects[n];
        entry.what := deeds[n];
        entry.why := whys[n];
        entry.about := abouts[n];
        entry.task := tasks[n];
        entry.recipient := recipients[n];
        entry.hash := access_digest(entry.hash, entry);
        INSERT INTO access_records VALUES (entry.*);
    END LOOP;
    UPDATE access_head h SET id = entry.id, hash = entry.hash WHERE h.single;
    RETURN entry.id;
END $$;

-- Records, and returns when it is durable. Where others record too, they do so meanwhile: the lock
-- is not held while the disk writes, and one flush serves all who wait for one.
CREATE PROCEDURE record_access_durably(
    actor text, account text, district text, address text, correlation_id uuid,
    kinds text[], subjects uuid[], deeds text[], whys text[], abouts uuid[], tasks text[],
    recipients text[]
)
LANGUAGE plpgsql AS $$
DECLARE
    shared boolean := NOT pg_catalog.pg_try_advisory_xact_lock(71933209);
BEGIN
    IF shared THEN
        PERFORM pg_catalog.set_config('synchronous_commit', 'off', true);
    END IF;
    PERFORM public.record_access(
        actor, account, district, address, correlation_id,
        kinds, subjects, deeds, whys, abouts, tasks, recipients);
    IF shared THEN
        COMMIT;
        PERFORM pg_catalog.pg_logical_emit_message(true, 'ansim', '');
    END IF;
END $$;

-- Cuts off the oldest records: those with ids up to the given one. The chain goes on from
-- access_start, whose hash is the last cut record's.
--
-- The law's two years are kept here too: whatever is asked for, no younger record goes. Returns
-- how many went.
CREATE FUNCTION cut_access_records(until_id bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last access_records;
    went bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(71933209);
    SELECT r.* INTO last FROM access_records r
    WHERE r.id <= until_id AND r.accessed_at < clock_timestamp() - interval '2 years'
    ORDER BY r.id DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    UPDATE access_start s SET id = last.id, hash = last.hash WHERE s.single;
    DELETE FROM access_records r WHERE r.id <= last.id;
    GET DIAGNOSTICS went = ROW_COUNT;
    RETURN went;
END $$;

CREATE FUNCTION refuse_access_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Only the rows that the cut has put before the chain's start, each of them two years old.
    IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' AND TG_TABLE_NAME = 'access_records' THEN
        IF OLD.id <= (SELECT s.id FROM access_start s)
           AND OLD.accessed_at < clock_timestamp() - interval '2 years' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% on % is refused: an access record is never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER access_records_stand BEFORE UPDATE OR TRUNCATE ON access_records
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_access_change();
CREATE TRIGGER access_records_stand_row BEFORE UPDATE OR DELETE ON access_records
    FOR EACH ROW EXECUTE FUNCTION refuse_access_change();
CREATE TRIGGER access_head_stands BEFORE DELETE OR TRUNCATE ON access_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_access_change();
CREATE TRIGGER access_start_stands BEFORE DELETE OR TRUNCATE ON access_start
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_access_change();
-- ALWAYS: also for a session that says it replicates.
ALTER TABLE access_records ENABLE ALWAYS TRIGGER access_records_stand;
ALTER TABLE access_records ENABLE ALWAYS TRIGGER access_records_stand_row;
ALTER TABLE access_head ENABLE ALWAYS TRIGGER access_head_stands;
ALTER TABLE access_start ENABLE ALWAYS TRIGGER access_start_stands;
