package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// mysqlNow is the primary's clock in milliseconds. Sessions run in UTC, where
// no hour comes twice.
const mysqlNow = "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"

const (
	mysqlReadConns  = 16
	mysqlWriteConns = changeWorkers + loneWorkers + writeWorkers + 2
	mysqlTimeout    = 10 * time.Second // of one exchange with the server
	// migrateTimeout is that of one statement of the schema: an index of a large
	// table takes its time, and cut off it would begin anew with each start.
	migrateTimeout = 12 * time.Hour
	// A database that isn't there at the start is asked for again after so long.
	firstWait, longestWait = 500 * time.Millisecond, 5 * time.Second
)

// openMySQL checks that the server keeps what it acknowledges, migrates, and
// starts the committers. The tables are elsewhere, but who has a folder has files,
// an index and a door in it, which are one process's.
func (s *Store) openMySQL(ctx context.Context) error {
	s.dialect = mysqlDialect
	var err error
	if s.options.Data != "" {
		if s.lock, err = lockFolder(s.options.Data); err != nil {
			return err
		}
	}
	if s.primary, err = openPrimary(s.options.MySQL, s.log); err != nil {
		return err
	}
	s.primary.register(s.options.Metrics)
	if s.options.Data != "" {
		if err := s.primary.recall(s.options.Data); err != nil {
			return err
		}
	}
	if err := s.awaitPrimary(ctx); err != nil {
		return err
	}
	// Before anything is written, which may wait for a replica.
	s.primary.warnIfAlone(ctx, s.primary.now.Load())
	err = migrateMySQL(ctx, s.primary)
	for s.options.Await && errors.Is(err, errSchemaBusy) && ctx.Err() == nil {
		s.log.Warn("waiting for another process that changes the schema")
		err = migrateMySQL(ctx, s.primary)
	}
	if err != nil {
		return err
	}
	// There is a schema now, in which the primary's term can stand.
	r, err := s.primary.lookSince(ctx, time.Now())
	if err != nil {
		return err
	}
	s.db = newReader(s.primary.open(mysqlReadConns, nil), newReadGate(mysqlReadConns, s.options.Metrics), false)
	settings := r.writerSettings()
	s.writer = s.primary.open(mysqlWriteConns, func(cfg *mysql.Config) { maps.Copy(cfg.Params, settings) })
	s.committers = startMySQLCommitters(s)
	s.background.Go(func() { s.primary.watch(s.life) })
	return nil
}

// awaitPrimary waits for a server, where the options say so and it may come. Who isn't
// let in doesn't try again.
func (s *Store) awaitPrimary(ctx context.Context) error {
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		_, err := s.primary.look(ctx)
		if err == nil || !connectionLost(err) || !s.options.Await {
			return err
		}
		s.log.Warn("waiting for the database", "error", err, "next", wait)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

func mysqlConfig(dsn string) (*mysql.Config, error) {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	cfg.InterpolateParams = true
	cfg.MultiStatements = true
	cfg.MaxAllowedPacket = 0 // what the server says
	cfg.Timeout, cfg.ReadTimeout, cfg.WriteTimeout = mysqlTimeout, mysqlTimeout, mysqlTimeout
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["time_zone"] = "'+00:00'"
	// What doesn't fit is refused, not cut.
	cfg.Params["sql_mode"] = "'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'"
	cfg.Logger = &mysql.NopLogger{}
	return cfg, nil
}

// mysqlServer is what a server says of itself.
type mysqlServer struct {
	version                   string
	id                        int64
	readOnly                  bool
	flushAtCommit, syncBinlog int
	binlog                    bool
}

// mysqlReadsOnly is a number for some, and a word for others.
const mysqlReadsOnly = "(@@GLOBAL.read_only NOT IN ('0', 'OFF'))"

func inspectMySQL(ctx context.Context, db *sql.DB) (v mysqlServer, err error) {
	err = db.QueryRowContext(ctx, "SELECT VERSION(), @@GLOBAL.server_id, "+mysqlReadsOnly+", @@GLOBAL.innodb_flush_log_at_trx_commit, @@GLOBAL.log_bin, @@GLOBAL.sync_binlog").
		Scan(&v.version, &v.id, &v.readOnly, &v.flushAtCommit, &v.binlog, &v.syncBinlog)
	if err != nil {
		return v, fmt.Errorf("mysql: %w", err)
	}
	return v, nil
}

var errForgets = errors.New("a crash loses acknowledged messages")

// requireDurable refuses a server that may forget what it acknowledged (G1).
func (v mysqlServer) requireDurable() error {
	if v.flushAtCommit != 1 {
		return fmt.Errorf("mysql: innodb_flush_log_at_trx_commit is %d: with anything but 1 %w", v.flushAtCommit, errForgets)
	}
	if v.binlog && v.syncBinlog != 1 {
		return fmt.Errorf("mysql: sync_binlog is %d while the binary log is on: with anything but 1 %w", v.syncBinlog, errForgets)
	}
	return nil
}

func (v mysqlServer) mariaDB() bool { return strings.Contains(v.version, "MariaDB") }

// writerSettings are session variables of connections that write: a lock is
// waited for a second, and the server ends a transaction that its client leaves idle
// for five, so that a stuck writer holds up nobody. MySQL can only end all that are
// idle: who comes later connects again.
func (v mysqlServer) writerSettings() map[string]string {
	settings := map[string]string{"innodb_lock_wait_timeout": "1"}
	if v.mariaDB() {
		settings["tx_isolation"] = "'READ-COMMITTED'"
		settings["idle_transaction_timeout"] = "5"
	} else {
		settings["transaction_isolation"] = "'READ-COMMITTED'"
		settings["wait_timeout"] = "5"
	}
	return settings
}

// Numbers of the server's errors.
const (
	mysqlDuplicate   = 1062
	mysqlSameIndex   = 1061
	mysqlSameColumn  = 1060
	mysqlNoTable     = 1146
	mysqlLockTimeout = 1205
	mysqlDeadlock    = 1213
	mysqlShutdown    = 1053
	mysqlKilled      = 1927
	// It is read-only: by an option, in the transaction, or wholly.
	mysqlReadOnly, mysqlReadOnlyTransaction, mysqlReadOnlyMode = 1290, 1792, 1836
	// Too many connections: of all, of the account at once, of the account in an hour.
	mysqlNoConnection, mysqlNoUserConnection, mysqlNoResource = 1040, 1203, 1226
	// Not let in: to the database, with the password; and there is no such database.
	mysqlNoAccess, mysqlNoLogin, mysqlNoDatabase = 1044, 1045, 1049
	// No room: a temporary file's, a table's; and a system error, where its text is
	// that of no room.
	mysqlDiskFull, mysqlTableFull, mysqlWriteError, mysqlEngineError = 1021, 1114, 1026, 1030
)

// mysqlError is the number of the server's error; 0 for any other error.
func mysqlError(err error) uint16 {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number
	}
	return 0
}

// connectionLost tells whether the session is of no more use, and what it sent
// last perhaps done.
func connectionLost(err error) bool {
	switch mysqlError(err) {
	case mysqlShutdown, mysqlKilled, mysqlReadOnly, mysqlReadOnlyTransaction, mysqlReadOnlyMode,
		mysqlNoConnection, mysqlNoUserConnection, mysqlNoResource:
		return true
	case mysqlNoAccess, mysqlNoLogin, mysqlNoDatabase:
		return false // and won't be better soon
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	for _, lost := range []error{driver.ErrBadConn, mysql.ErrInvalidConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return errors.Is(err, errNoPrimary) && !errors.Is(err, errForgets)
}

// mysqlFails tells whether the server lets nobody in, or has no room: somebody has to
// see to that.
func mysqlFails(err error) bool {
	switch mysqlError(err) {
	case mysqlNoAccess, mysqlNoLogin, mysqlNoDatabase, mysqlDiskFull, mysqlTableFull, mysqlWriteError, mysqlEngineError:
		return true
	}
	return errors.Is(err, errForgets)
}
