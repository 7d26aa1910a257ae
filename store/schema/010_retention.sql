-- Retention: how long messages are kept, and what went.

-- A channel's own days, beside the workspace's; 0: for ever. The workspace's shard.
CREATE TABLE IF NOT EXISTS channel_retention (
	workspace_id {id} NOT NULL,
	channel_id {id} NOT NULL,
	days {int} NOT NULL,
	PRIMARY KEY (workspace_id, channel_id)
) {options};

-- Up to where a stream's messages went, written with their removal: the last
-- event's seq and ts, and the stream's count of visible root messages there.
CREATE TABLE IF NOT EXISTS horizons (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	seq {int} NOT NULL,
	ts {int} NOT NULL,
	n {int} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id)
) {options};

-- Files that a message showed which went; they go too, a while later, unless
-- another message shows them.
CREATE TABLE IF NOT EXISTS expired_files (
	workspace_id {id} NOT NULL,
	file_id {id} NOT NULL,
	due_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, file_id)
) {options};

CREATE INDEX {if_not_exists} expired_files_due ON expired_files (due_ms);
