-- The board's tables, as its rows were on this day.
CREATE TABLE read.service_board (
    session_id UUID NOT NULL,
    kind TEXT NOT NULL,
    district TEXT NOT NULL,
    audience TEXT NOT NULL,
    stage TEXT NOT NULL,
    urgency BIGINT NOT NULL,
    attention TEXT,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    holder UUID,
    citizen_id UUID,
    ended BOOLEAN NOT NULL,
    used BOOLEAN NOT NULL,
    label TEXT,
    detail TEXT NOT NULL,
    last_topic TEXT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_position BIGINT NOT NULL,
    valid_from BIGINT NOT NULL
)
 WITH (fillfactor = 60);
ALTER TABLE read.service_board ADD PRIMARY KEY (session_id);
CREATE INDEX service_board_citizen ON read.service_board (citizen_id);
CREATE INDEX service_board_open ON read.service_board (district) WHERE NOT ended;
CREATE TABLE read.service_board_history (
    session_id UUID NOT NULL,
    kind TEXT NOT NULL,
    district TEXT NOT NULL,
    audience TEXT NOT NULL,
    stage TEXT NOT NULL,
    urgency BIGINT NOT NULL,
    attention TEXT,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    holder UUID,
    citizen_id UUID,
    ended BOOLEAN NOT NULL,
    used BOOLEAN NOT NULL,
    label TEXT,
    detail TEXT NOT NULL,
    last_topic TEXT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_position BIGINT NOT NULL,
    valid INT8RANGE NOT NULL
);
ALTER TABLE read.service_board_history ADD PRIMARY KEY (session_id, valid);
CREATE INDEX service_board_history_stood ON read.service_board_history USING gist (point(CAST(lower(valid) AS DOUBLE PRECISION), CAST(upper(valid) AS DOUBLE PRECISION)));
CREATE TABLE read.services_by_hour (
    service TEXT NOT NULL,
    district TEXT NOT NULL,
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    uses BIGINT NOT NULL,
    ended BIGINT NOT NULL
);
ALTER TABLE read.services_by_hour ADD PRIMARY KEY (service, district, hour);
