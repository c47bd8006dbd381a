-- The tables of protections, as their rows were on this day.
CREATE TABLE read.protections (
    protection_id UUID NOT NULL,
    district TEXT NOT NULL,
    enroller TEXT NOT NULL,
    measure TEXT NOT NULL,
    month TEXT NOT NULL,
    verified BOOLEAN NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    end_asked BOOLEAN NOT NULL,
    ended TEXT,
    assigned TEXT NOT NULL,
    due TEXT NOT NULL,
    looks BIGINT NOT NULL,
    looked BIGINT NOT NULL,
    missed BIGINT NOT NULL,
    suspicious BIGINT NOT NULL,
    emergencies BIGINT NOT NULL,
    extensions BIGINT NOT NULL,
    broken BIGINT NOT NULL,
    last_topic TEXT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_position BIGINT NOT NULL
);
ALTER TABLE read.protections ADD PRIMARY KEY (protection_id);
CREATE TABLE read.protection_figures (
    month TEXT NOT NULL,
    measure TEXT NOT NULL,
    enrolled BIGINT NOT NULL,
    by_person BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    extensions BIGINT NOT NULL,
    looks BIGINT NOT NULL,
    looked BIGINT NOT NULL,
    missed BIGINT NOT NULL,
    suspicious BIGINT NOT NULL,
    emergencies BIGINT NOT NULL,
    broken BIGINT NOT NULL
);
ALTER TABLE read.protection_figures ADD PRIMARY KEY (month, measure);
