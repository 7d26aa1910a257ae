package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"taut/chat"
)

// idOf is a message's id in the index.
func idOf(stream, seq int64) int64 { return stream<<seqBits | seq }

// fileIDOf is the id of a message's n-th file.
func fileIDOf(message int64, n int) int64 { return fileBit | message<<fileBits | int64(n) }

// streamOf is the number of the stream that a document is in.
func streamOf(id int64) int64 {
	if id&fileBit != 0 {
		id = (id &^ fileBit) >> fileBits
	}
	return id >> seqBits
}

// spanOf are the ids of a stream's messages, or files.
func spanOf(stream int64, files bool) (from, to int64) {
	from, to = idOf(stream, 0), idOf(stream+1, 0)-1
	if files {
		from, to = fileIDOf(from, 0), fileIDOf(to, maxFiles-1)
	}
	return from, to
}

// term is a word as the index of words has it: no workspace's words are
// another's.
func term(tenant int64, word string) string {
	return strconv.FormatInt(tenant, 36) + "·" + word
}

// cursor is how far the stream was read.
func (x *index) cursor(ctx context.Context, s chat.Stream) (at cursor, err error) {
	err = x.write.QueryRowContext(ctx, "SELECT num, seq, began, type FROM streams WHERE workspace = ? AND stream = ?", string(s.Workspace), string(s.ID)).
		Scan(&at.num, &at.seq, &at.began, &at.kind)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return at, fmt.Errorf("read cursor: %w", err)
	}
	return at, nil
}

// scrub moves the write-ahead log into the file and cuts it to nothing, unless
// readers stand in the way.
func (x *index) scrub(ctx context.Context) (done bool, err error) {
	var busy, pages, moved int
	err = x.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	return err == nil && busy == 0, err
}

// showing are the messages of a stream that show a file.
func (x *index) showing(ctx context.Context, s chat.Stream, file chat.FileID) ([]chat.TS, error) {
	rows, err := x.write.QueryContext(ctx, "SELECT f.id, d.ts, s.num FROM files f JOIN docs d ON d.id = f.id JOIN streams s ON s.workspace = ? AND s.stream = ? WHERE f.file = ?",
		string(s.Workspace), string(s.ID), string(file))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var shown []chat.TS
	for rows.Next() {
		var id, stream int64
		var ts chat.TS
		if err := rows.Scan(&id, &ts, &stream); err != nil {
			return nil, err
		}
		if streamOf(id) == stream {
			shown = append(shown, ts)
		}
	}
	return shown, rows.Err()
}
