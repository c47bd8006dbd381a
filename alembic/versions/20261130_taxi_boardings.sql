-- The tables of boardings, as their rows were on this day.
CREATE TABLE read.taxi_boardings (
    trip_id UUID NOT NULL,
    district TEXT NOT NULL,
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    boarded_in TEXT NOT NULL
);
ALTER TABLE read.taxi_boardings ADD PRIMARY KEY (trip_id);
CREATE TABLE read.taxi_boardings_by_hour (
    district TEXT NOT NULL,
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    boardings BIGINT NOT NULL,
    company BIGINT NOT NULL,
    private BIGINT NOT NULL,
    unknown BIGINT NOT NULL,
    unchecked BIGINT NOT NULL,
    no_plate BIGINT NOT NULL
);
ALTER TABLE read.taxi_boardings_by_hour ADD PRIMARY KEY (district, hour);
