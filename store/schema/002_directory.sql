-- The directory of workspaces, users and channels: the workspace's shard.

CREATE TABLE IF NOT EXISTS workspaces (
	workspace_id {id} NOT NULL PRIMARY KEY,
	domain {name} NOT NULL UNIQUE,
	name {text} NOT NULL,
	general_id {id} NOT NULL,
	created_ms {int} NOT NULL
) {options};

-- A key is the name as it is compared; where a user has no e-mail, it is NULL.
CREATE TABLE IF NOT EXISTS users (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	name {text} NOT NULL,
	email {text},
	real_name {text} NOT NULL,
	display_name {text} NOT NULL,
	title {text} NOT NULL,
	status_text {text} NOT NULL,
	status_emoji {text} NOT NULL,
	time_zone {text} NOT NULL,
	role {id} NOT NULL,
	deleted {int} NOT NULL,
	away {int} NOT NULL,
	bot_id {id} NOT NULL,
	app_id {id} NOT NULL,
	created_ms {int} NOT NULL,
	updated_ms {int} NOT NULL,
	name_key {name} NOT NULL,
	email_key {name},
	password_hash {text} NOT NULL,
	PRIMARY KEY (workspace_id, user_id),
	UNIQUE (workspace_id, name_key),
	UNIQUE (workspace_id, email_key)
) {options};

CREATE TABLE IF NOT EXISTS bots (
	workspace_id {id} NOT NULL,
	bot_id {id} NOT NULL,
	user_id {id} NOT NULL,
	app_id {id} NOT NULL,
	name {text} NOT NULL,
	deleted {int} NOT NULL,
	updated_ms {int} NOT NULL,
	signing_secret {text} NOT NULL,
	PRIMARY KEY (workspace_id, bot_id)
) {options};

CREATE TABLE IF NOT EXISTS tokens (
	workspace_id {id} NOT NULL,
	hash {hash} NOT NULL,
	token_id {id} NOT NULL,
	type {id} NOT NULL,
	user_id {id} NOT NULL,
	bot_id {id} NOT NULL,
	app_id {id} NOT NULL,
	scopes {text} NOT NULL,
	revoked {int} NOT NULL,
	created_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, hash)
) {options};

-- source_seq: the seq of the channel's stream that the row shows.
CREATE TABLE IF NOT EXISTS channels (
	workspace_id {id} NOT NULL,
	channel_id {id} NOT NULL,
	type {id} NOT NULL,
	name {text} NOT NULL,
	previous_names {text} NOT NULL,
	creator {id} NOT NULL,
	general {int} NOT NULL,
	archived {int} NOT NULL,
	topic {text} NOT NULL,
	topic_user {id} NOT NULL,
	topic_ms {int} NOT NULL,
	purpose {text} NOT NULL,
	purpose_user {id} NOT NULL,
	purpose_ms {int} NOT NULL,
	dm_users {text} NOT NULL,
	created_ms {int} NOT NULL,
	updated_ms {int} NOT NULL,
	source_seq {int} NOT NULL,
	PRIMARY KEY (workspace_id, channel_id)
) {options};

-- Who has a name: a channel's, or "dm:" and the sorted ids of a DM's people.
-- pending_ms: since when a rename, not yet in the channel's stream, reserves it;
-- 0: it is the channel's.
CREATE TABLE IF NOT EXISTS channel_names (
	workspace_id {id} NOT NULL,
	name_key {name} NOT NULL,
	channel_id {id} NOT NULL,
	pending_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, name_key)
) {options};

CREATE INDEX {if_not_exists} channel_names_pending ON channel_names (pending_ms);

-- A view of stream_members, by user. source_seq: the channel's seq that it shows.
CREATE TABLE IF NOT EXISTS user_channels (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	channel_id {id} NOT NULL,
	joined_seq {int} NOT NULL,
	left_seq {int} NOT NULL,
	source_seq {int} NOT NULL,
	is_open {int} NOT NULL,
	PRIMARY KEY (workspace_id, user_id, channel_id)
) {options};

CREATE TABLE IF NOT EXISTS read_marks (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	channel_id {id} NOT NULL,
	last_read {int} NOT NULL,
	n {int} NOT NULL,
	PRIMARY KEY (workspace_id, user_id, channel_id)
) {options};

CREATE TABLE IF NOT EXISTS prefs (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	name {name} NOT NULL,
	value {text} NOT NULL,
	PRIMARY KEY (workspace_id, user_id, name)
) {options};
