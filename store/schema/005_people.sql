-- What people keep for later, and what is due at some time.

-- What the scheduler has to do, and when. A row stands beside that of the thing
-- itself, in the stream's shard, and is written in its transaction.
CREATE TABLE IF NOT EXISTS due (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	kind {id} NOT NULL,
	item_id {id} NOT NULL,
	due_ms {int} NOT NULL,
	attempts {int} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, kind, item_id)
) {options};

CREATE INDEX {if_not_exists} due_time ON due (due_ms, workspace_id);

-- Of the channel's shard, as a message is sent and its row removed in one
-- transaction. failed: why it could not be sent.
CREATE TABLE IF NOT EXISTS scheduled_messages (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	message_id {id} NOT NULL,
	user_id {id} NOT NULL,
	post_at {int} NOT NULL,
	created {int} NOT NULL,
	body {blob} NOT NULL,
	failed {id} NOT NULL,
	PRIMARY KEY (workspace_id, stream_id, message_id)
) {options};

CREATE INDEX {if_not_exists} scheduled_user ON scheduled_messages (workspace_id, user_id, post_at, message_id);

CREATE TABLE IF NOT EXISTS reminders (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	reminder_id {id} NOT NULL,
	text {text} NOT NULL,
	at {int} NOT NULL,
	recurrence {text} NOT NULL,
	completed {int} NOT NULL,
	created {int} NOT NULL,
	PRIMARY KEY (workspace_id, user_id, reminder_id)
) {options};

-- item_id: the channel of the message, ts.
CREATE TABLE IF NOT EXISTS saved_items (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	channel_id {id} NOT NULL,
	ts {int} NOT NULL,
	state {id} NOT NULL,
	created {int} NOT NULL,
	updated {int} NOT NULL,
	due {int} NOT NULL,
	completed {int} NOT NULL,
	PRIMARY KEY (workspace_id, user_id, channel_id, ts)
) {options};

CREATE INDEX {if_not_exists} saved_state ON saved_items (workspace_id, user_id, state, created);

-- One a conversation or thread. A deleted one stays, so that a device that was
-- away doesn't bring it back.
CREATE TABLE IF NOT EXISTS drafts (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	channel_id {id} NOT NULL,
	thread_ts {int} NOT NULL,
	draft_id {id} NOT NULL,
	client_ts {int} NOT NULL,
	updated_ms {int} NOT NULL,
	created {int} NOT NULL,
	deleted {int} NOT NULL,
	body {blob} NOT NULL,
	PRIMARY KEY (workspace_id, user_id, channel_id, thread_ts)
) {options};

-- A pause of notifications that a person asked for, and of their schedule's
-- period, which they ended early, the end.
CREATE TABLE IF NOT EXISTS snoozes (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	snoozed_ms {int} NOT NULL,
	until_ms {int} NOT NULL,
	ended_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, user_id)
) {options};

CREATE TABLE IF NOT EXISTS usergroups (
	workspace_id {id} NOT NULL,
	group_id {id} NOT NULL,
	name {text} NOT NULL,
	handle {text} NOT NULL,
	description {text} NOT NULL,
	channels {text} NOT NULL,
	created_by {id} NOT NULL,
	updated_by {id} NOT NULL,
	deleted_by {id} NOT NULL,
	created {int} NOT NULL,
	updated {int} NOT NULL,
	deleted {int} NOT NULL,
	users {int} NOT NULL,
	name_key {name} NOT NULL,
	handle_key {name},
	PRIMARY KEY (workspace_id, group_id),
	UNIQUE (workspace_id, name_key),
	UNIQUE (workspace_id, handle_key)
) {options};

CREATE TABLE IF NOT EXISTS usergroup_users (
	workspace_id {id} NOT NULL,
	group_id {id} NOT NULL,
	user_id {id} NOT NULL,
	PRIMARY KEY (workspace_id, group_id, user_id)
) {options};

CREATE INDEX {if_not_exists} usergroups_of_user ON usergroup_users (workspace_id, user_id);

-- Who has keywords, by workspace.
CREATE INDEX {if_not_exists} prefs_name ON prefs (workspace_id, name);

-- When a status ends, in seconds; 0: never. profile: what else a profile has, as JSON.
ALTER TABLE users ADD COLUMN status_expiration {int} NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN profile {text};
