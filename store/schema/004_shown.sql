-- What readers see of channels: the chain of what history shows, pins,
-- bookmarks, and who follows which thread.

-- shown: the seq of the last event before it that history shows; -1 where the
-- event was written before there was the column, and is then looked for.
ALTER TABLE events ADD COLUMN shown {int} NOT NULL DEFAULT -1;

-- shown: the seq of the last event that history shows, as of the seq shown_at: a
-- program of the version before, beside this one, moves seq alone.
ALTER TABLE heads ADD COLUMN shown {int} NOT NULL DEFAULT -1;
ALTER TABLE heads ADD COLUMN shown_at {int} NOT NULL DEFAULT 0;

-- mysql: CREATE OR REPLACE VIEW stream_heads AS SELECT workspace_id, stream_id, seq, last_ts, n, members, channel_type, archived,
-- mysql: general, trimmed, touched_ms, CASE WHEN shown_at = seq THEN shown ELSE -1 END AS shown FROM heads;
-- sqlite: DROP VIEW stream_heads;
-- sqlite: CREATE VIEW stream_heads AS SELECT h.workspace_id, h.stream_id,
-- sqlite: COALESCE(e.seq, h.seq) AS seq, COALESCE(e.ts, h.last_ts) AS last_ts, COALESCE(e.n, h.n) AS n,
-- sqlite: h.members, h.channel_type, h.archived, h.general, h.trimmed, COALESCE(e.committed_ms, h.touched_ms) AS touched_ms,
-- sqlite: CASE WHEN e.seq IS NULL THEN h.shown WHEN e.kind IN (1, 3, 4) THEN e.seq ELSE e.shown END AS shown
-- sqlite: FROM heads h LEFT JOIN events e ON e.workspace_id = h.workspace_id AND e.stream_id = h.stream_id AND e.seq =
-- sqlite: (SELECT l.seq FROM events l WHERE l.workspace_id = h.workspace_id AND l.stream_id = h.stream_id AND l.seq > h.seq
-- sqlite: ORDER BY l.seq DESC LIMIT 1);

ALTER TABLE message_state ADD COLUMN pinned {int} NOT NULL DEFAULT 0;

CREATE TABLE IF NOT EXISTS pins (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	ts {int} NOT NULL,
	seq {int} NOT NULL,
	user_id {id} NOT NULL,
	created_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, ts)
) {options};

CREATE TABLE IF NOT EXISTS bookmarks (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	bookmark_id {id} NOT NULL,
	title {text} NOT NULL,
	link {text} NOT NULL,
	emoji {text} NOT NULL,
	position {int} NOT NULL,
	created_ms {int} NOT NULL,
	updated_ms {int} NOT NULL,
	user_id {id} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, bookmark_id)
) {options};

-- What a user has to do with a thread. follows: 1 they do, 2 they don't want to, 0
-- nothing made them follow it.
ALTER TABLE thread_users ADD COLUMN follows {int} NOT NULL DEFAULT 0;
ALTER TABLE thread_users ADD COLUMN last_read {int} NOT NULL DEFAULT 0;
UPDATE thread_users SET follows = 1, last_read = COALESCE((SELECT s.latest_reply FROM message_state s
	WHERE s.workspace_id = thread_users.workspace_id AND s.stream_id = thread_users.stream_id AND s.ts = thread_users.root_ts), 0)
	WHERE replies > 0;
CREATE INDEX {if_not_exists} thread_users_user ON thread_users (workspace_id, user_id, follows, root_ts);

-- Who is mentioned by a thread's replies. Those that the channel shows are among
-- its mentions too.
CREATE TABLE IF NOT EXISTS thread_mentions (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	root_ts {int} NOT NULL,
	user_id {id} NOT NULL,
	ts {int} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, root_ts, user_id, ts)
) {options};
