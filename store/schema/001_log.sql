-- The log and what its appends check: the channel's shard. The words in braces
-- are the dialect's column types and table options.

CREATE TABLE IF NOT EXISTS meta (
	name {id} NOT NULL PRIMARY KEY,
	value {blob} NOT NULL
) {options};

-- One row a stream: the only sequencer, locked by each append.
CREATE TABLE IF NOT EXISTS heads (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	seq {int} NOT NULL,
	last_ts {int} NOT NULL,
	n {int} NOT NULL,
	members {int} NOT NULL,
	channel_type {id} NOT NULL,
	archived {int} NOT NULL,
	general {int} NOT NULL,
	trimmed {int} NOT NULL,
	touched_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id)
) {options};

-- mysql: CREATE INDEX heads_touched ON heads (touched_ms);

-- What readers see of the heads is stream_heads. On MySQL that is the table. On
-- SQLite an append that only adds events leaves the head's row as it is, a page
-- less to write: its last event tells the rest.
-- mysql: CREATE OR REPLACE VIEW stream_heads AS SELECT * FROM heads;
-- sqlite: CREATE VIEW stream_heads AS SELECT h.workspace_id, h.stream_id,
-- sqlite: COALESCE(e.seq, h.seq) AS seq, COALESCE(e.ts, h.last_ts) AS last_ts, COALESCE(e.n, h.n) AS n,
-- sqlite: h.members, h.channel_type, h.archived, h.general, h.trimmed, COALESCE(e.committed_ms, h.touched_ms) AS touched_ms
-- sqlite: FROM heads h LEFT JOIN events e ON e.workspace_id = h.workspace_id AND e.stream_id = h.stream_id AND e.seq =
-- sqlite: (SELECT l.seq FROM events l WHERE l.workspace_id = h.workspace_id AND l.stream_id = h.stream_id AND l.seq > h.seq
-- sqlite: ORDER BY l.seq DESC LIMIT 1);

-- Who belongs to a stream's audience, and from which seq to which.
CREATE TABLE IF NOT EXISTS stream_members (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	user_id {id} NOT NULL,
	joined_seq {int} NOT NULL,
	left_seq {int} NOT NULL,
	invited_by {id} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, user_id, joined_seq)
) {options};

-- The log. On SQLite a message is found by its ts through a binary search on
-- the index by seq, as both grow together: a second index would cost each
-- append another page.
CREATE TABLE IF NOT EXISTS events (
	position {position},
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	seq {int} NOT NULL,
	ts {int} NOT NULL,
	kind {int} NOT NULL,
	n {int} NOT NULL,
	thread_ts {int} NOT NULL,
	committed_ms {int} NOT NULL,
	type {name} NOT NULL,
	user_id {id} NOT NULL,
	payload {blob} NOT NULL,
	UNIQUE (workspace_id, stream_id, seq)
) {log_options};

-- mysql: CREATE INDEX events_ts ON events (workspace_id, stream_id, ts);

-- Keys of sends, kept for two days of their stream's clock.
CREATE TABLE IF NOT EXISTS dedupe_keys (
	day {int} NOT NULL,
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	sender_id {id} NOT NULL,
	dedupe_key {name} NOT NULL,
	seq {int} NOT NULL,
	events {int} NOT NULL,
	PRIMARY KEY (day, workspace_id, stream_id, sender_id, dedupe_key)
) {options};

-- What came to a message since it was posted; no row: nothing.
CREATE TABLE IF NOT EXISTS message_state (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	ts {int} NOT NULL,
	seq {int} NOT NULL,
	kind {int} NOT NULL,
	deleted {int} NOT NULL,
	payload {blob},
	reply_count {int} NOT NULL,
	reply_users_count {int} NOT NULL,
	latest_reply {int} NOT NULL,
	reply_users {text} NOT NULL,
	reactions {text} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, ts)
) {options};

CREATE TABLE IF NOT EXISTS thread_replies (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	root_ts {int} NOT NULL,
	ts {int} NOT NULL,
	seq {int} NOT NULL,
	user_id {id} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, root_ts, ts)
) {options};

CREATE TABLE IF NOT EXISTS thread_users (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	root_ts {int} NOT NULL,
	user_id {id} NOT NULL,
	replies {int} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, root_ts, user_id)
) {options};

CREATE TABLE IF NOT EXISTS reactions (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	ts {int} NOT NULL,
	user_id {id} NOT NULL,
	name {name} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, ts, user_id, name)
) {options};

CREATE INDEX {if_not_exists} reactions_user ON reactions (workspace_id, user_id, ts);

-- A row per mentioned user (or '!channel') of a visible message.
CREATE TABLE IF NOT EXISTS mentions (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	ts {int} NOT NULL,
	user_id {id} NOT NULL,
	author_id {id} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, ts, user_id)
) {options};

-- Which later events hold text of a message, so that deleting it reaches them.
CREATE TABLE IF NOT EXISTS message_copies (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	ts {int} NOT NULL,
	seq {int} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, ts, seq)
) {options};

-- Facts on their way to other streams.
CREATE TABLE IF NOT EXISTS outbox (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	seq {int} NOT NULL,
	ordinal {int} NOT NULL,
	target_id {id} NOT NULL,
	kind {id} NOT NULL,
	body {blob} NOT NULL,
	created_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, seq, ordinal)
) {options};
