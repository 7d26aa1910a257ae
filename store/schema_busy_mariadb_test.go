//go:build mariadb

package store_test

import (
	"context"
	"database/sql"
	"log/slog"
	"strings"
	"testing"

	"taut/store"
)

// TestSchemaThatAnotherChanges: who may wait does, and who may not says so.
func TestSchemaThatAnotherChanges(t *testing.T) {
	dsn := database(t)
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn := must(db.Conn(t.Context()))(t)
	if _, err := conn.ExecContext(t.Context(), "DO GET_LOCK(CONCAT('taut_', SHA2(DATABASE(), 224)), 0)"); err != nil {
		t.Fatal(err)
	}
	log := &syncBuffer{}
	opened := make(chan error, 1)
	go func() {
		s, err := store.Open(context.WithoutCancel(t.Context()), store.Options{MySQL: dsn, Await: true, Log: slog.New(slog.NewTextHandler(log, nil))})
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	if s, err := store.Open(t.Context(), store.Options{MySQL: dsn}); err == nil || !strings.Contains(err.Error(), "another process is changing it") {
		t.Errorf("open gave %v", err)
		if err == nil {
			s.Close()
		}
	}
	waitFor(t, "the log to say so", func() bool { return strings.Contains(log.String(), "another process that changes the schema") })
	conn.Close()
	db.Close()
	if err := <-opened; err != nil {
		t.Error(err)
	}
}
