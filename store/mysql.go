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
)

// openMySQL checks that the server keeps what it acknowledges, migrates, and
// starts the committers. The tables are elsewhere, but who has a folder has files,
// an index and a door in it, which are one process's.
func (s *Store) openMySQL(ctx context.Context) error {
	s.dialect = mysqlDialect
	if s.options.Data != "" {
		var err error
		if s.lock, err = lockFolder(s.options.Data); err != nil {
			return err
		}
	}
	cfg, err := mysqlConfig(s.options.MySQL)
	if err != nil {
		return err
	}
	reading, err := openMySQLDB(cfg, mysqlReadConns)
	if err != nil {
		return err
	}
	s.db = newReader(reading, newReadGate(mysqlReadConns, s.options.Metrics), false)
	server, err := inspectMySQL(ctx, reading)
	if err != nil {
		return err
	}
	if err := server.requireDurable(); err != nil {
		return err
	}
	if err := migrateMySQL(ctx, cfg); err != nil {
		return err
	}
	writing := cfg.Clone()
	writing.Params = maps.Clone(cfg.Params)
	maps.Copy(writing.Params, server.writerSettings())
	if s.writer, err = openMySQLDB(writing, mysqlWriteConns); err != nil {
		return err
	}
	s.committers = startMySQLCommitters(s)
	return nil
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

func openMySQLDB(cfg *mysql.Config, conns int) (*sql.DB, error) {
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(time.Minute)
	return db, nil
}

// mysqlServer is what the server says of itself.
type mysqlServer struct {
	version                   string
	flushAtCommit, syncBinlog int
	binlog                    bool
}

func inspectMySQL(ctx context.Context, db *sql.DB) (v mysqlServer, err error) {
	err = db.QueryRowContext(ctx, "SELECT VERSION(), @@GLOBAL.innodb_flush_log_at_trx_commit, @@GLOBAL.log_bin, @@GLOBAL.sync_binlog").
		Scan(&v.version, &v.flushAtCommit, &v.binlog, &v.syncBinlog)
	if err != nil {
		return v, fmt.Errorf("mysql: %w", err)
	}
	return v, nil
}

// requireDurable refuses a server that may forget what it acknowledged (G1).
func (v mysqlServer) requireDurable() error {
	if v.flushAtCommit != 1 {
		return fmt.Errorf("mysql: innodb_flush_log_at_trx_commit is %d: with anything but 1 a crash loses acknowledged messages", v.flushAtCommit)
	}
	if v.binlog && v.syncBinlog != 1 {
		return fmt.Errorf("mysql: sync_binlog is %d while the binary log is on: with anything but 1 a crash loses acknowledged messages", v.syncBinlog)
	}
	return nil
}

func (v mysqlServer) mariaDB() bool { return strings.Contains(v.version, "MariaDB") }

// writerSettings are session variables of connections that write: a lock is
// waited for a second, and (MariaDB) the server ends a transaction that its
// client leaves idle for five, so that a stuck writer holds up nobody.
func (v mysqlServer) writerSettings() map[string]string {
	settings := map[string]string{"innodb_lock_wait_timeout": "1"}
	if v.mariaDB() {
		settings["tx_isolation"] = "'READ-COMMITTED'"
		settings["idle_transaction_timeout"] = "5"
	} else {
		settings["transaction_isolation"] = "'READ-COMMITTED'"
	}
	return settings
}

// Numbers of the server's errors.
const (
	mysqlDuplicate    = 1062
	mysqlSameIndex    = 1061
	mysqlSameColumn   = 1060
	mysqlLockTimeout  = 1205
	mysqlDeadlock     = 1213
	mysqlShutdown     = 1053
	mysqlKilled       = 1927
	mysqlReadOnly     = 1290
	mysqlNoConnection = 1040
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
	case mysqlShutdown, mysqlKilled, mysqlReadOnly, mysqlNoConnection:
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	for _, lost := range []error{driver.ErrBadConn, mysql.ErrInvalidConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return false
}
