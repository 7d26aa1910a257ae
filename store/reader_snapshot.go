package store

import (
	"context"
	"database/sql"
)

// snapshotRead is some queries of one state of the database.
type snapshotRead struct {
	ctx    context.Context // of the read, which f of snapshot is
	tx     *sql.Tx
	reader *reader
}

// snapshot runs f's queries on one state of the database, as the server's own read.
func (r *reader) snapshot(ctx context.Context, d *dialect, f func(*snapshotRead) error) error {
	if err := r.gate.Enter(ctx, ""); err != nil {
		return err
	}
	defer r.gate.Leave("")
	var options *sql.TxOptions // SQLite's transactions are snapshots
	if d.mysql {
		options = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := r.DB.BeginTx(ctx, options)
	if err != nil {
		return unavailable(err)
	}
	defer tx.Rollback() //nolint:errcheck // it wrote nothing
	return f(&snapshotRead{ctx: ctx, tx: tx, reader: r})
}

// each gives row after row of a query's answer.
func (r *snapshotRead) each(query string, args []any, row func(scanner) error) error {
	r.reader.count()
	rows, err := r.tx.QueryContext(r.ctx, query, args...)
	if err != nil {
		return unavailable(err)
	}
	_, err = collect(rows, nil, func(s scanner) (struct{}, error) { return struct{}{}, row(s) })
	return err
}
