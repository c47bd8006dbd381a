-- The one way into the log: writes a batch of requests, and answers for each.
--
-- r_*: one element a request; e_*, t_*, d_*: events, timers, deliveries, whose *_request counts
-- requests from 1 and never falls. An event's place in the arrays is its order in the log.
-- wait_ms: how long to wait for another append; then lock_not_available.
CREATE FUNCTION append_facts(
    wait_ms int, keep_keys interval,
    r_correlation uuid[], r_causation uuid[], r_actor text[], r_principal text[],
    r_route text[], r_key text[], r_body bytea[], r_receipt text[],
    e_request int[], e_aggregate uuid[], e_version int[], e_topic text[], e_schema int[],
    e_event uuid[], e_occurred timestamptz[], e_received timestamptz[], e_open text[],
    e_sealed bytea[],
    t_request int[], t_timer uuid[], t_aggregate uuid[], t_kind text[], t_name text[],
    t_due timestamptz[],
    d_request int[], d_delivery uuid[], d_key text[], d_channel text[], d_about uuid[],
    d_help uuid[]
) RETURNS TABLE (
    request int, outcome text, positions bigint[], receipt text, receipt_position bigint,
    body_sha256 bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    head log_head%ROWTYPE;
    moment timestamptz;
    events_n int := cardinality(e_request);
    requests_n int := cardinality(r_correlation);
    stream int[];        -- of each event: the number of its aggregate
    reached int[];       -- of each aggregate: its last version, NULL while it is new
    reached_before int[];
    key_number int[];    -- of each request: the number of its key, NULL without one
    known idempotency[]; -- of each request: the answer under its key, NULL when there is none
    key_owner int[] := '{}';    -- of each key: the request of this batch that took it
    place bigint[] := array_fill(NULL::bigint, ARRAY[events_n]);  -- of each event to store
    last_place bigint[] := array_fill(NULL::bigint, ARRAY[requests_n]);
    last_event uuid[] := array_fill(NULL::uuid, ARRAY[requests_n]);
    digests bytea[] := array_fill(NULL::bytea, ARRAY[events_n]);
    digest bytea;
    tail bigint;
    one record;
    first_e int;
    last_e int := 0;
    fits boolean;
BEGIN
    PERFORM set_config('lock_timeout', wait_ms::text, true);
    PERFORM pg_advisory_xact_lock(71933208);  -- one append at a time, cluster-wide
    SELECT * INTO STRICT head FROM log_head;
    moment := greatest(clock_timestamp(), head.recorded_at);
    tail := head.position;

    SELECT array_agg(numbered.number ORDER BY numbered.place) INTO stream
    FROM (SELECT e.place, dense_rank() OVER (ORDER BY e.aggregate)::int AS number
          FROM unnest(e_aggregate) WITH ORDINALITY AS e(aggregate, place)) AS numbered;
    SELECT array_agg((SELECT max(s.version) FROM events s WHERE s.aggregate_id = a.aggregate)
                     ORDER BY a.aggregate) INTO reached
    FROM (SELECT DISTINCT e.aggregate FROM unnest(e_aggregate) AS e(aggregate)) AS a;
    SELECT array_agg(CASE WHEN r.key IS NOT NULL THEN r.number END ORDER BY r.place),
           array_agg(i ORDER BY r.place) INTO key_number, known
    FROM (SELECT q.*, dense_rank() OVER (ORDER BY q.principal, q.route, q.key)::int AS number
          FROM unnest(r_principal, r_route, r_key) WITH ORDINALITY
               AS q(principal, route, key, place)) AS r
    LEFT JOIN idempotency i ON i.principal = r.principal AND i.route = r.route
                            AND i.key = r.key AND i.expires_at > moment;

    FOR n IN 1..requests_n LOOP
        request := n;
        receipt := NULL;
        receipt_position := NULL;
        body_sha256 := NULL;
        first_e := last_e + 1;
        WHILE e_request[last_e + 1] = n LOOP
            last_e := last_e + 1;
        END LOOP;

        IF (known[n]).key IS NOT NULL THEN
            outcome := 'duplicate';
            receipt := (known[n]).receipt;
            receipt_position := (known[n]).position;
            body_sha256 := (known[n]).body_sha256;
        ELSIF key_owner[key_number[n]] IS NOT NULL THEN
            outcome := 'duplicate';
            receipt := r_receipt[key_owner[key_number[n]]];
            receipt_position := last_place[key_owner[key_number[n]]];
            body_sha256 := r_body[key_owner[key_number[n]]];
        ELSE
            outcome := 'stored';
            reached_before := reached;
            FOR e IN first_e..last_e LOOP
                fits := CASE WHEN reached[stream[e]] IS NULL THEN e_version[e] IN (0, 1)
                             ELSE e_version[e] = reached[stream[e]] + 1 END;
                IF NOT fits THEN
                    outcome := 'conflict';
                    reached := reached_before;
                    EXIT;
                END IF;
                reached[stream[e]] := e_version[e];
            END LOOP;
        END IF;

        positions := '{}';
        IF outcome = 'stored' THEN
            FOR e IN first_e..last_e LOOP
                tail := tail + 1;
                place[e] := tail;
                positions := positions || tail;
            END LOOP;
            last_place[n] := tail;
            last_event[n] := e_event[last_e];
            IF key_number[n] IS NOT NULL THEN
                key_owner[key_number[n]] := n;
            END IF;
        ELSE
            -- Written before by the same caller, whose connection broke before it heard so?
            SELECT array_agg(s.position ORDER BY own.place) INTO positions
            FROM unnest(e_aggregate[first_e:last_e], e_version[first_e:last_e],
                        e_event[first_e:last_e]) WITH ORDINALITY
                 AS own(aggregate, version, event, place)
            JOIN events s ON s.aggregate_id = own.aggregate AND s.version = own.version
                          AND s.event_id = own.event;
            IF cardinality(positions) = last_e - first_e + 1 THEN
                outcome := 'stored';
            ELSE
                positions := '{}';
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;

    IF tail = head.position THEN
        RETURN;
    END IF;

    digest := head.hash;
    FOR one IN
        SELECT e.place,
            framed(int8send(e.position)) || framed(uuid_send(e.aggregate))
            || framed(int4send(e.version)) || framed(convert_to(e.topic, 'UTF8'))
            || framed(int4send(e.schema)) || framed(uuid_send(e.event))
            || framed(uuid_send(r_correlation[e.request]))
            || framed(uuid_send(r_causation[e.request]))
            || framed(convert_to(r_actor[e.request], 'UTF8'))
            || framed(timestamptz_send(e.occurred))
            || framed(timestamptz_send(coalesce(e.received, moment)))
            || framed(timestamptz_send(moment))
            || framed(convert_to(e.open, 'UTF8')) || framed(e.sealed) AS bytes
        FROM unnest(place, e_request, e_aggregate, e_version, e_topic, e_schema, e_event,
                    e_occurred, e_received, e_open, e_sealed) WITH ORDINALITY
             AS e(position, request, aggregate, version, topic, schema, event,
                  occurred, received, open, sealed, place)
        WHERE e.position IS NOT NULL
        ORDER BY e.position
    LOOP
        digest := sha256(digest || one.bytes);
        digests[one.place] := digest;
    END LOOP;

    INSERT INTO events
    SELECT e.position, e.aggregate, e.version, e.topic, e.schema, e.event,
           r_correlation[e.request], r_causation[e.request], r_actor[e.request],
           e.occurred, coalesce(e.received, moment), moment, e.open, e.sealed, e.digest
    FROM unnest(place, e_request, e_aggregate, e_version, e_topic, e_schema, e_event,
                e_occurred, e_received, e_open, e_sealed, digests)
         AS e(position, request, aggregate, version, topic, schema, event,
              occurred, received, open, sealed, digest)
    WHERE e.position IS NOT NULL
    ORDER BY e.position;

    IF cardinality(t_timer) > 0 THEN
        INSERT INTO timers (timer_id, aggregate_id, kind, name, due_at, correlation_id,
                            causation_id, position)
        SELECT t.timer, t.aggregate, t.kind, t.name, t.due, r_correlation[t.request],
               last_event[t.request], last_place[t.request]
        FROM unnest(t_request, t_timer, t_aggregate, t_kind, t_name, t_due)
             AS t(request, timer, aggregate, kind, name, due)
        WHERE last_place[t.request] IS NOT NULL
        ON CONFLICT DO NOTHING;
    END IF;

    IF cardinality(d_delivery) > 0 THEN
        INSERT INTO deliveries (delivery_id, key, channel, about, request_id, correlation_id,
                                causation_id, position, next_attempt_at, created_at)
        SELECT d.delivery, d.key, d.channel, d.about, d.help, r_correlation[d.request],
               last_event[d.request], last_place[d.request], moment, moment
        FROM unnest(d_request, d_delivery, d_key, d_channel, d_about, d_help)
             AS d(request, delivery, key, channel, about, help)
        WHERE last_place[d.request] IS NOT NULL
        ON CONFLICT DO NOTHING;
    END IF;

    IF cardinality(key_owner) > 0 THEN
        INSERT INTO idempotency
        SELECT r_principal[n], r_route[n], r_key[n], r_body[n], r_receipt[n], last_place[n],
               moment + keep_keys
        FROM unnest(key_owner) AS k(n)
        WHERE n IS NOT NULL
        ON CONFLICT (principal, route, key) DO UPDATE  -- one that has expired
        SET body_sha256 = excluded.body_sha256, receipt = excluded.receipt,
            position = excluded.position, expires_at = excluded.expires_at;
    END IF;

    UPDATE log_head SET position = tail, hash = digest, recorded_at = moment;
END $$;
