-- Whose a call is and who answered it (issue 11), and calls that others report.

ALTER TABLE cdr ADD COLUMN city          TEXT NOT NULL DEFAULT '';
ALTER TABLE cdr ADD COLUMN mode          TEXT NOT NULL DEFAULT '';
ALTER TABLE cdr ADD COLUMN department    TEXT NOT NULL DEFAULT '';
ALTER TABLE cdr ADD COLUMN answered_by   TEXT NOT NULL DEFAULT '';
ALTER TABLE cdr ADD COLUMN destination   TEXT NOT NULL DEFAULT '';
ALTER TABLE cdr ADD COLUMN taken_over    TEXT NOT NULL DEFAULT '';
ALTER TABLE cdr ADD COLUMN returned      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cdr ADD COLUMN transfers     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cdr ADD COLUMN origin        TEXT NOT NULL DEFAULT '';
ALTER TABLE cdr ADD COLUMN waited_before INTEGER NOT NULL DEFAULT 0; -- ns, at the other Hotline
-- What a call has none of costs its index nothing.
CREATE INDEX cdr_city        ON cdr (city, ended)        WHERE city != '';
CREATE INDEX cdr_department  ON cdr (department, ended)  WHERE department != '';
CREATE INDEX cdr_answered_by ON cdr (answered_by, ended) WHERE answered_by != '';
CREATE INDEX cdr_destination ON cdr (destination, ended) WHERE destination != '';

-- Calls past our trunks, as the exchange that had them tells.
CREATE TABLE reported (
	source      TEXT NOT NULL, -- whose file it is
	call        TEXT NOT NULL, -- the source's own name of it
	position    INTEGER NOT NULL,
	destination TEXT NOT NULL, -- the answering point that had it
	number      TEXT NOT NULL,
	caller      TEXT NOT NULL,
	began       INTEGER NOT NULL,
	answered    INTEGER,
	ended       INTEGER NOT NULL,
	outcome     TEXT NOT NULL,
	agent       TEXT NOT NULL,
	city        TEXT NOT NULL,
	mode        TEXT NOT NULL,
	department  TEXT NOT NULL,
	ours        TEXT,          -- the call of ours that it is: not to be counted again
	leg         INTEGER,       -- the position of that call's forward
	PRIMARY KEY (source, call)
) STRICT, WITHOUT ROWID;
CREATE INDEX reported_ended ON reported (ended);
CREATE INDEX reported_began ON reported (destination, caller, began);
CREATE UNIQUE INDEX reported_leg ON reported (leg) WHERE leg IS NOT NULL;
