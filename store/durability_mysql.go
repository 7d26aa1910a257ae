package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Server is what can be seen of a MySQL or MariaDB server.
type Server struct {
	Address string
	// Err says why nothing can be seen.
	Err      error
	Version  string
	ReadOnly bool
	// Term is the newest that the server knows of; Own: it is the server's own.
	Term int64
	Own  bool
	// Lasting says why the server may forget what it acknowledged; nil: it doesn't.
	Lasting error
	// Binlog: it has one, of this format, as who has replicas needs.
	Binlog       bool
	BinlogFormat string
	SemiSync     SemiSync
	// Override: the account may write where the server is read-only.
	Override bool
}

// examineMySQL looks at each server, and by the one that can be written at the data.
func examineMySQL(ctx context.Context, dsn string) (h Health, err error) {
	p, err := openPrimary(dsn, slog.New(slog.DiscardHandler))
	if err != nil {
		return h, err
	}
	defer p.close()
	h = Health{Engine: mysqlDialect.name}
	found := p.askAll(ctx)
	var term int64
	for i := range found {
		h.Servers = append(h.Servers, found[i].examine(ctx))
		term = max(term, found[i].term)
	}
	best, err := choose(found, term)
	if err != nil && !errors.Is(err, errForgets) {
		return h, err
	}
	if best == nil { // its server says why
		return h, nil
	}
	h.Version = best.version
	return h, h.readMySQL(ctx, best.server.db)
}

func (h *Health) readMySQL(ctx context.Context, db *sql.DB) error {
	var ms int64
	if err := db.QueryRowContext(ctx, "SELECT "+mysqlNow).Scan(&ms); err != nil {
		return fmt.Errorf("mysql: %w", err)
	}
	h.Now = time.UnixMilli(ms)
	err := db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version").Scan(&h.Schema)
	if mysqlError(err) == mysqlNoTable {
		return nil // the first start makes it
	}
	if err != nil {
		return fmt.Errorf("mysql: %w", err)
	}
	h.Newest, err = newestEvent(ctx, db)
	return err
}

func (f *finding) examine(ctx context.Context) Server {
	s := Server{Address: f.server.address, Err: f.err, Version: f.version, ReadOnly: f.readOnly, Term: f.term, Own: f.term > 0 && f.termOf == f.id}
	if s.Err != nil {
		return s
	}
	s.Lasting, s.Binlog = f.requireDurable(), f.binlog
	if s.SemiSync, s.Err = inspectSemiSync(ctx, f.server.db); s.Err != nil {
		return s
	}
	if s.Err = f.server.db.QueryRowContext(ctx, "SELECT @@GLOBAL.binlog_format").Scan(&s.BinlogFormat); s.Err != nil {
		return s
	}
	s.Override, s.Err = overrides(ctx, f.server.db)
	return s
}

// overrides tells whether the account that asks may write where a server is read-only.
func overrides(ctx context.Context, db *sql.DB) (bool, error) {
	rows, err := db.QueryContext(ctx, "SHOW GRANTS")
	grants, err := collect(rows, err, scanText)
	return slices.ContainsFunc(grants, overridesReadOnly), err
}

// overridesReadOnly tells whether a line of SHOW GRANTS lets its account do that.
func overridesReadOnly(grant string) bool {
	what, everywhere := strings.CutSuffix(grant[:max(0, strings.Index(grant, " TO "))], " ON *.*")
	if !everywhere {
		return false
	}
	for _, privilege := range []string{"ALL PRIVILEGES", "SUPER", "READ_ONLY ADMIN", "CONNECTION_ADMIN"} {
		if strings.Contains(what, privilege) {
			return true
		}
	}
	return false
}

// openToRead opens the database beside its server, or without one.
func openToRead(o Options) (db *sql.DB, done func(), err error) {
	if o.MySQL == "" {
		db, err := openSQLiteDB(filepath.Join(o.Data, databaseFile), 1, "query_only(1)")
		if err != nil {
			return nil, nil, err
		}
		return db, func() { db.Close() }, nil
	}
	p, err := openPrimary(o.MySQL, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, err
	}
	db = p.open(1, nil)
	return db, func() { db.Close(); p.close() }, nil
}
