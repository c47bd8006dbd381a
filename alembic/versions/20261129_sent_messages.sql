-- The table of messages, as its rows were on this day.
CREATE TABLE read.sent_messages (
    message_id UUID NOT NULL,
    about UUID NOT NULL,
    citizen_id UUID,
    recipient_kind TEXT NOT NULL,
    recipient_id UUID NOT NULL,
    language TEXT NOT NULL,
    phrase TEXT NOT NULL,
    state TEXT NOT NULL,
    route TEXT,
    failed_routes TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    kind TEXT,
    pieces BIGINT NOT NULL,
    composed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    put_off_until TIMESTAMP WITH TIME ZONE,
    put_off_why TEXT,
    sent_at TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    why TEXT
);
ALTER TABLE read.sent_messages ADD PRIMARY KEY (message_id);
CREATE INDEX sent_messages_about ON read.sent_messages (about);
CREATE INDEX sent_messages_citizen ON read.sent_messages (citizen_id);
