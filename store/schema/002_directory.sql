-- The directory of workspaces, users and channels: the workspace's shard.

CREATE TABLE IF NOT EXISTS workspaces (
	workspace_id {id} NOT NULL PRIMARY KEY,
	domain {name} NOT NULL UNIQUE,
	name {text} NOT NULL,
	created_ms {int} NOT NULL
) {options};

CREATE TABLE IF NOT EXISTS users (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	name {name} NOT NULL,
	email {name},
	role {id} NOT NULL,
	deleted {int} NOT NULL,
	away {int} NOT NULL,
	bot_id {id} NOT NULL,
	app_id {id} NOT NULL,
	password_hash {text} NOT NULL,
	profile {text} NOT NULL,
	created_ms {int} NOT NULL,
	updated_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, user_id),
	UNIQUE (workspace_id, name),
	UNIQUE (workspace_id, email)
) {options};

CREATE TABLE IF NOT EXISTS bots (
	workspace_id {id} NOT NULL,
	bot_id {id} NOT NULL,
	user_id {id} NOT NULL,
	app_id {id} NOT NULL,
	name {name} NOT NULL,
	deleted {int} NOT NULL,
	updated_ms {int} NOT NULL,
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

-- pending: the name is taken, but the channel's stream has no head yet.
CREATE TABLE IF NOT EXISTS channels (
	workspace_id {id} NOT NULL,
	channel_id {id} NOT NULL,
	name_key {name} NOT NULL,
	type {id} NOT NULL,
	name {name} NOT NULL,
	creator {id} NOT NULL,
	pending {int} NOT NULL,
	general {int} NOT NULL,
	archived {int} NOT NULL,
	num_members {int} NOT NULL,
	source_seq {int} NOT NULL,
	details {text} NOT NULL,
	created_ms {int} NOT NULL,
	updated_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, channel_id),
	UNIQUE (workspace_id, name_key)
) {options};

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
