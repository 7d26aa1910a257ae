-- What concerns a person, newest first: who mentioned them and who reacted to
-- what they wrote.

CREATE INDEX {if_not_exists} mentions_user ON mentions (workspace_id, user_id, ts);
CREATE INDEX {if_not_exists} thread_mentions_user ON thread_mentions (workspace_id, user_id, ts);

-- author_id: whose message it is; added_ts: when the reaction came. Of reactions
-- from before there were these columns neither is known, and they are no activity.
ALTER TABLE reactions ADD COLUMN author_id {id} NOT NULL DEFAULT '';
ALTER TABLE reactions ADD COLUMN added_ts {int} NOT NULL DEFAULT 0;
CREATE INDEX {if_not_exists} reactions_author ON reactions (workspace_id, author_id, added_ts);
