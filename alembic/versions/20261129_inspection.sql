-- The tables of forms and teams, as their rows were on this day.
CREATE TABLE read.inspections (
    form_id UUID NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    applicant_id UUID NOT NULL,
    member BOOLEAN NOT NULL,
    district TEXT NOT NULL,
    building TEXT NOT NULL,
    month TEXT NOT NULL,
    stage TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided BOOLEAN NOT NULL,
    declined TEXT,
    wished TEXT NOT NULL,
    team_id UUID,
    visit TEXT,
    finding TEXT,
    police_reference TEXT,
    police_failed TEXT,
    days BIGINT,
    mark TEXT,
    lent BOOLEAN NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    overdue BOOLEAN NOT NULL,
    condition TEXT,
    late BOOLEAN NOT NULL,
    form TEXT,
    note TEXT,
    last_topic TEXT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_position BIGINT NOT NULL
);
ALTER TABLE read.inspections ADD PRIMARY KEY (form_id);
CREATE TABLE read.inspection_figures (
    kind TEXT NOT NULL,
    district TEXT NOT NULL,
    building TEXT NOT NULL,
    month TEXT NOT NULL,
    requested BIGINT NOT NULL,
    approved BIGINT NOT NULL,
    declined BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL,
    nothing_found BIGINT NOT NULL,
    found BIGINT NOT NULL,
    not_entered BIGINT NOT NULL,
    lent BIGINT NOT NULL,
    returned BIGINT NOT NULL,
    late BIGINT NOT NULL,
    damaged BIGINT NOT NULL,
    lost BIGINT NOT NULL,
    not_collected BIGINT NOT NULL
);
ALTER TABLE read.inspection_figures ADD PRIMARY KEY (kind, district, building, month);
CREATE TABLE read.inspection_teams (
    team_id UUID NOT NULL,
    district TEXT NOT NULL,
    number BIGINT NOT NULL,
    disbanded BOOLEAN NOT NULL,
    visits TEXT NOT NULL
);
ALTER TABLE read.inspection_teams ADD PRIMARY KEY (team_id);
