-- The tables of the members' fold, as its rows were on this day.
CREATE TABLE read.members (
    citizen_id UUID NOT NULL,
    joined_on DATE NOT NULL,
    left_on DATE,
    language TEXT NOT NULL,
    identity TEXT NOT NULL,
    consents TEXT NOT NULL,
    ward BOOLEAN NOT NULL,
    guardians TEXT NOT NULL
);
ALTER TABLE read.members ADD PRIMARY KEY (citizen_id);
CREATE TABLE read.members_by_group (
    language TEXT NOT NULL,
    identity TEXT NOT NULL,
    members BIGINT NOT NULL,
    served BIGINT NOT NULL,
    followed BIGINT NOT NULL,
    wards BIGINT NOT NULL,
    guarded BIGINT NOT NULL,
    guardians BIGINT NOT NULL
);
ALTER TABLE read.members_by_group ADD PRIMARY KEY (language, identity);
CREATE TABLE read.members_joined_by_day (
    day DATE NOT NULL,
    members BIGINT NOT NULL
);
ALTER TABLE read.members_joined_by_day ADD PRIMARY KEY (day);
CREATE TABLE read.members_left_by_day (
    day DATE NOT NULL,
    members BIGINT NOT NULL
);
ALTER TABLE read.members_left_by_day ADD PRIMARY KEY (day);
