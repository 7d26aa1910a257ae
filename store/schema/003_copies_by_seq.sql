-- Trimming finds the copies that went with their events.

CREATE INDEX {if_not_exists} message_copies_seq ON message_copies (workspace_id, stream_id, seq);
