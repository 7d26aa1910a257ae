-- Files, pictures and emoji. Their bytes are blobs beside the database.

-- state: see chat.FileState. due_ms is when the sweeper has something to do with
-- the row, 0: never. sha and media are empty until the bytes are there.
CREATE TABLE IF NOT EXISTS files (
	workspace_id {id} NOT NULL,
	file_id {id} NOT NULL,
	user_id {id} NOT NULL,
	state {int} NOT NULL,
	name {text} NOT NULL,
	title {text} NOT NULL,
	alt_text {text} NOT NULL,
	file_type {id} NOT NULL,
	mime_type {text} NOT NULL,
	snippet {int} NOT NULL,
	size {int} NOT NULL,
	sha {text} NOT NULL,
	media {text} NOT NULL,
	created_ms {int} NOT NULL,
	updated_ms {int} NOT NULL,
	due_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, file_id)
) {options};

CREATE INDEX {if_not_exists} files_user ON files (workspace_id, user_id, state, created_ms);
CREATE INDEX {if_not_exists} files_due ON files (due_ms);

-- Which messages show which files; of the channel's shard, written with the
-- message. is_public: the channel is.
CREATE TABLE IF NOT EXISTS file_shares (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	ts {int} NOT NULL,
	file_id {id} NOT NULL,
	thread_ts {int} NOT NULL,
	user_id {id} NOT NULL,
	is_public {int} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, ts, file_id)
) {options};

CREATE INDEX {if_not_exists} file_shares_file ON file_shares (workspace_id, file_id, stream_id);

-- What a workspace's files take, with those whose upload is awaited.
CREATE TABLE IF NOT EXISTS file_usage (
	workspace_id {id} NOT NULL PRIMARY KEY,
	bytes {int} NOT NULL,
	files {int} NOT NULL
) {options};

-- Pictures of people and emoji. due_ms: when the picture's blobs go, as it is
-- nobody's (any more); 0: it is in use.
CREATE TABLE IF NOT EXISTS pictures (
	workspace_id {id} NOT NULL,
	picture {id} NOT NULL,
	due_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, picture)
) {options};

CREATE INDEX {if_not_exists} pictures_due ON pictures (due_ms);

-- A workspace's own emoji: a picture, or another name of one.
CREATE TABLE IF NOT EXISTS emoji (
	workspace_id {id} NOT NULL,
	name {name} NOT NULL,
	alias {text} NOT NULL,
	picture {id} NOT NULL,
	user_id {id} NOT NULL,
	created_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, name)
) {options};

-- The picture that a user uploaded; "": none.
ALTER TABLE users ADD COLUMN avatar {id} NOT NULL DEFAULT '';
