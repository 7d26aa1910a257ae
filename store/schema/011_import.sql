-- Imports: what came out of which export, so that a further run goes on where the
-- last one ended.

-- What became of the export's ids. source_id: the workspace as it is named in the
-- export, whose own id stands here as well.
CREATE TABLE IF NOT EXISTS import_ids (
	workspace_id {id} NOT NULL,
	source_id {id} NOT NULL,
	old_id {id} NOT NULL,
	new_id {id} NOT NULL,
	PRIMARY KEY (workspace_id, source_id, old_id)
) {options};

-- How far a channel's messages are in. last_ts: of the last one, as the export
-- has it; end_…: the stream there. told_seq: what its members' marks have seen.
CREATE TABLE IF NOT EXISTS import_channels (
	workspace_id {id} NOT NULL,
	stream_id {id} NOT NULL,
	source_id {id} NOT NULL,
	last_ts {int} NOT NULL,
	end_seq {int} NOT NULL,
	end_ts {int} NOT NULL,
	end_n {int} NOT NULL,
	opened {int} NOT NULL,
	told_seq {int} NOT NULL DEFAULT 0,
	PRIMARY KEY (workspace_id, stream_id)
) {options};
