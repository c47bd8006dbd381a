-- The cards' tables, as their rows were on this day.
CREATE TABLE read.reporter_cards (
    citizen_id UUID NOT NULL,
    language TEXT NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE,
    card TEXT,
    valid_from BIGINT NOT NULL
)
 WITH (fillfactor = 60);
ALTER TABLE read.reporter_cards ADD PRIMARY KEY (citizen_id);
CREATE TABLE read.reporter_cards_history (
    citizen_id UUID NOT NULL,
    language TEXT NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE,
    card TEXT,
    valid INT8RANGE NOT NULL
);
ALTER TABLE read.reporter_cards_history ADD PRIMARY KEY (citizen_id, valid);
CREATE INDEX reporter_cards_history_valid ON read.reporter_cards_history USING gist (valid);
