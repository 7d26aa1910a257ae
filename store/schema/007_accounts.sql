-- Accounts: the workspace's shard.

CREATE TABLE IF NOT EXISTS workspace_settings (
	workspace_id {id} NOT NULL PRIMARY KEY,
	settings {text} NOT NULL
) {options};

-- What administrators did. at_ns orders the entries, also those of one moment.
CREATE TABLE IF NOT EXISTS audit (
	workspace_id {id} NOT NULL,
	at_ns {int} NOT NULL,
	entry_id {id} NOT NULL,
	actor_id {id} NOT NULL,
	action {name} NOT NULL,
	target {text} NOT NULL,
	detail {text} NOT NULL,
	address {text} NOT NULL,
	PRIMARY KEY (workspace_id, at_ns, entry_id)
) {options};

-- Tokens are found by what names them and by whose they are. Where an index finds
-- one row it says so: else SQLite goes through all of the workspace instead.
CREATE UNIQUE INDEX {if_not_exists} tokens_id ON tokens (workspace_id, token_id);
CREATE INDEX {if_not_exists} tokens_user ON tokens (workspace_id, user_id);

-- What a browser's token has besides: the cookie without which it is no good.
CREATE TABLE IF NOT EXISTS sessions (
	workspace_id {id} NOT NULL,
	token_id {id} NOT NULL,
	user_id {id} NOT NULL,
	cookie_hash {hash} NOT NULL,
	label {text} NOT NULL,
	address {text} NOT NULL,
	created_ms {int} NOT NULL,
	used_ms {int} NOT NULL,
	expires_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, token_id)
) {options};

CREATE INDEX {if_not_exists} sessions_user ON sessions (workspace_id, user_id);
CREATE UNIQUE INDEX {if_not_exists} sessions_cookie ON sessions (workspace_id, cookie_hash);

-- A second factor. Until confirmed_ms it is being set up. A code is good for one
-- step of 30 s, and none up to last_step is taken again.
CREATE TABLE IF NOT EXISTS second_factors (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	secret {text} NOT NULL,
	confirmed_ms {int} NOT NULL,
	last_step {int} NOT NULL,
	PRIMARY KEY (workspace_id, user_id)
) {options};

CREATE TABLE IF NOT EXISTS recovery_codes (
	workspace_id {id} NOT NULL,
	user_id {id} NOT NULL,
	code_hash {hash} NOT NULL,
	PRIMARY KEY (workspace_id, user_id, code_hash)
) {options};

-- Links that let somebody in: invitations, and resets of a password.
CREATE TABLE IF NOT EXISTS entry_codes (
	workspace_id {id} NOT NULL,
	code_hash {hash} NOT NULL,
	code_id {id} NOT NULL,
	kind {id} NOT NULL,
	user_id {id} NOT NULL,
	creator_id {id} NOT NULL,
	email {text} NOT NULL,
	role {id} NOT NULL,
	channels {text} NOT NULL,
	uses {int} NOT NULL,
	created_ms {int} NOT NULL,
	expires_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, code_hash)
) {options};

CREATE UNIQUE INDEX {if_not_exists} entry_codes_id ON entry_codes (workspace_id, code_id);

-- The one-time codes with which a workspace can be made; they are of no workspace.
CREATE TABLE IF NOT EXISTS setup_codes (
	code_hash {hash} NOT NULL PRIMARY KEY,
	printed {int} NOT NULL,
	expires_ms {int} NOT NULL
) {options};
