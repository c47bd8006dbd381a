-- The tables of conversations and follow-ups, as their rows were on this day.
CREATE TABLE read.report_messages (
    report_id UUID NOT NULL,
    hers BOOLEAN NOT NULL,
    message_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    position BIGINT NOT NULL,
    operator_id UUID,
    language TEXT,
    template TEXT,
    by_text BOOLEAN NOT NULL,
    delivered_by TEXT NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    read_at TIMESTAMP WITH TIME ZONE,
    body TEXT,
    valid_from BIGINT NOT NULL
)
 WITH (fillfactor = 60);
ALTER TABLE read.report_messages ADD PRIMARY KEY (report_id, hers, message_id);
CREATE TABLE read.report_messages_history (
    report_id UUID NOT NULL,
    hers BOOLEAN NOT NULL,
    message_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    position BIGINT NOT NULL,
    operator_id UUID,
    language TEXT,
    template TEXT,
    by_text BOOLEAN NOT NULL,
    delivered_by TEXT NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    read_at TIMESTAMP WITH TIME ZONE,
    body TEXT,
    valid INT8RANGE NOT NULL
);
ALTER TABLE read.report_messages_history ADD PRIMARY KEY (report_id, hers, message_id, valid);
CREATE INDEX report_messages_history_valid ON read.report_messages_history USING gist (valid);
CREATE TABLE read.follow_ups (
    follow_up_id UUID NOT NULL,
    report_id UUID NOT NULL,
    audience TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due BOOLEAN NOT NULL,
    scheduled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    scheduled_by UUID,
    note TEXT,
    last_position BIGINT NOT NULL,
    valid_from BIGINT NOT NULL
)
 WITH (fillfactor = 60);
ALTER TABLE read.follow_ups ADD PRIMARY KEY (follow_up_id);
CREATE TABLE read.follow_ups_history (
    follow_up_id UUID NOT NULL,
    report_id UUID NOT NULL,
    audience TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due BOOLEAN NOT NULL,
    scheduled_at TIMESTAMP WITH TIME ZONE NOT NULL,
    scheduled_by UUID,
    note TEXT,
    last_position BIGINT NOT NULL,
    valid INT8RANGE NOT NULL
);
ALTER TABLE read.follow_ups_history ADD PRIMARY KEY (follow_up_id, valid);
CREATE INDEX follow_ups_history_valid ON read.follow_ups_history USING gist (valid);
