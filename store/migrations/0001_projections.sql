-- Times are Unix ns; those that did not come are NULL. A position is a fact's
-- place in the order of everything that was ever projected into this file: its
-- place in the journal plus cursor.shift.

CREATE TABLE cursor (
	one      INTEGER PRIMARY KEY CHECK (one = 1),
	position INTEGER NOT NULL, -- of the next fact, as the journal counts
	shift    INTEGER NOT NULL,
	repeated INTEGER NOT NULL  -- facts that were here already when they were applied
) STRICT;
INSERT INTO cursor VALUES (1, 0, 0, 0);

-- What the last facts looked like: four bytes each. Whether the journal is the
-- one that was read before shows by them.
CREATE TABLE marks (
	first INTEGER PRIMARY KEY, -- position of the first fact, as the journal counts
	sums  BLOB NOT NULL
) STRICT;

-- Where the row of facts is not whole, or another journal begins.
CREATE TABLE eras (
	position INTEGER NOT NULL, -- the first that belongs to it
	journal  INTEGER NOT NULL, -- the same, as the journal counts
	began    INTEGER NOT NULL,
	why      TEXT NOT NULL
) STRICT;

-- Facts that this version could not read. A later one will.
CREATE TABLE skipped (
	position INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,
	instant  INTEGER NOT NULL,
	type     INTEGER NOT NULL,
	value    BLOB
) STRICT;

CREATE TABLE cdr (
	position INTEGER PRIMARY KEY,
	call     TEXT NOT NULL,
	source   TEXT NOT NULL, -- trunk or phone
	caller   TEXT NOT NULL,
	dialled  TEXT NOT NULL,
	number   TEXT NOT NULL,
	began    INTEGER,
	answered INTEGER,
	enlisted INTEGER,
	heard    INTEGER,
	offered  INTEGER,
	accepted INTEGER,
	bridged  INTEGER,
	ended    INTEGER NOT NULL,
	instant  INTEGER NOT NULL, -- ended, on the journal's own axis
	queue    TEXT NOT NULL,
	agent    TEXT NOT NULL,
	phone    TEXT NOT NULL,
	offers   INTEGER NOT NULL,
	outcome  TEXT NOT NULL,
	ended_by TEXT NOT NULL,
	status   INTEGER NOT NULL,
	q850     INTEGER NOT NULL,
	service  INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	resumed  INTEGER NOT NULL
) STRICT;
-- Each serves an equality, a range of time and the order newest first at once.
-- The position stands behind ended in every one of them: it is the row's id.
CREATE UNIQUE INDEX cdr_call ON cdr (call, ended);
CREATE INDEX cdr_caller ON cdr (caller, ended);
CREATE INDEX cdr_agent ON cdr (agent, ended);
CREATE INDEX cdr_number ON cdr (number, ended);
CREATE INDEX cdr_outcome ON cdr (outcome, ended);
CREATE INDEX cdr_ended ON cdr (ended);

CREATE TABLE call_facts (
	call     TEXT NOT NULL,
	position INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	type     INTEGER NOT NULL, -- journal.FactType
	detail   TEXT NOT NULL,    -- JSON
	PRIMARY KEY (call, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_states (
	agent    TEXT NOT NULL,
	at       INTEGER NOT NULL,
	position INTEGER NOT NULL,
	state    TEXT NOT NULL,
	phone    TEXT NOT NULL,
	why      TEXT NOT NULL,
	PRIMARY KEY (agent, at, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
	position INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	base     INTEGER NOT NULL,
	author   TEXT NOT NULL,
	reason   TEXT NOT NULL,
	document TEXT NOT NULL -- YAML
) STRICT;
CREATE UNIQUE INDEX revisions_revision ON revisions (revision, at);
