-- The relay's log: which streams grew, in one order for the whole log. On SQLite
-- the log's own position is that order, and there is none of these.

-- Each row: the stream grew from after_seq to seq. Positions have no hole, and
-- appear in their order, as there is one writer. Readers have cursors of their own and
-- don't read after_seq: it shows, to tests and to whoever looks into a relay's doings,
-- that the rows of a stream follow on each other.
-- mysql: CREATE TABLE IF NOT EXISTS relay_log (
-- mysql: position {int} NOT NULL PRIMARY KEY, workspace_id {id} NOT NULL, stream_id {id} NOT NULL,
-- mysql: after_seq {int} NOT NULL, seq {int} NOT NULL, relayed_ms {int} NOT NULL) {options};

-- Up to where each stream was relayed.
-- mysql: CREATE TABLE IF NOT EXISTS relay_heads (
-- mysql: workspace_id {id} NOT NULL, stream_id {id} NOT NULL, seq {int} NOT NULL,
-- mysql: PRIMARY KEY (workspace_id, stream_id)) {options};

-- The one writer: its term fences all former ones; until_ms is by the database's
-- clock. trimmed is the position up to which rows are gone; incarnation is the log's.
-- mysql: CREATE TABLE IF NOT EXISTS relay_writer (
-- mysql: id {int} NOT NULL PRIMARY KEY, term {int} NOT NULL, until_ms {int} NOT NULL, position {int} NOT NULL,
-- mysql: trimmed {int} NOT NULL, incarnation {id} NOT NULL) {options};
-- mysql: INSERT IGNORE INTO relay_writer (id, term, until_ms, position, trimmed, incarnation) VALUES (1, 0, 0, 0, 0, '');
