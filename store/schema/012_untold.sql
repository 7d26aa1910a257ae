-- What somebody did, or what was done, is found in the audit log however long it is.
CREATE INDEX {if_not_exists} audit_actor ON audit (workspace_id, actor_id, at_ns);
CREATE INDEX {if_not_exists} audit_action ON audit (workspace_id, action, at_ns);

-- Whether messages went of which the stream does not tell yet: their removal was
-- cut off.
ALTER TABLE horizons ADD COLUMN untold {int} NOT NULL DEFAULT 0;
