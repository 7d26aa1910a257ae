-- What apps and other programs have besides bots and tokens: the workspace's shard.

-- An incoming webhook posts as its own bot, whose id it has. secret_hash is the
-- SHA-256 of the last part of its URL.
CREATE TABLE IF NOT EXISTS webhooks (
	workspace_id {id} NOT NULL,
	hook_id {id} NOT NULL,
	user_id {id} NOT NULL,
	channel_id {id} NOT NULL,
	name {text} NOT NULL,
	creator_id {id} NOT NULL,
	secret_hash {hash} NOT NULL,
	revoked {int} NOT NULL,
	created_ms {int} NOT NULL,
	PRIMARY KEY (workspace_id, hook_id)
) {options};
