package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"
)

// mysqlHost is one of the servers that a DSN names.
type mysqlHost struct {
	address string
	config  *mysql.Config
	db      *sql.DB // one connection, to ask what it is
}

// askTimeout bounds what one server is waited for: the others may know better.
const askTimeout = time.Second

func newMySQLHost(cfg *mysql.Config) (*mysqlHost, error) {
	asking := cfg.Clone()
	asking.Timeout, asking.ReadTimeout, asking.WriteTimeout = askTimeout, askTimeout, askTimeout
	asking.Params["innodb_lock_wait_timeout"] = "1"
	connector, err := mysql.NewConnector(asking)
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	h := &mysqlHost{address: cfg.Addr, config: cfg, db: sql.OpenDB(connector)}
	h.db.SetMaxOpenConns(1)
	return h, nil
}

// mysqlConfigs are the servers of a DSN, one for each address in its parentheses:
// user:password@tcp(one:3306,two:3306)/database.
func mysqlConfigs(dsn string) ([]*mysql.Config, error) {
	before, addresses, after := "", "", dsn
	if slash := strings.LastIndexByte(dsn, '/'); slash > 0 && dsn[slash-1] == ')' {
		if open := strings.LastIndexByte(dsn[:slash], '('); open >= 0 {
			before, addresses, after = dsn[:open+1], dsn[open+1:slash-1], dsn[slash-1:]
		}
	}
	var all []*mysql.Config
	for address := range strings.SplitSeq(addresses, ",") {
		cfg, err := mysqlConfig(before + strings.TrimSpace(address) + after)
		if err != nil {
			return nil, err
		}
		all = append(all, cfg)
	}
	return all, nil
}

// finding is what a server says of itself.
type finding struct {
	server *mysqlHost
	err    error // it says nothing
	mysqlServer
	// hasTables: there is a schema, in which a term can stand.
	hasTables bool
	term      int64 // 0: none began yet
	termOf    int64 // the id of the server whose term it is
}

// askAll asks all servers at once.
func (p *primary) askAll(ctx context.Context) []finding {
	ctx, cancel := context.WithTimeout(ctx, 2*askTimeout)
	defer cancel()
	found := make([]finding, len(p.servers))
	var all sync.WaitGroup
	for i, h := range p.servers {
		all.Go(func() { found[i] = h.ask(ctx) })
	}
	all.Wait()
	return found
}

func (h *mysqlHost) ask(ctx context.Context) (f finding) {
	f.server = h
	if f.mysqlServer, f.err = inspectMySQL(ctx, h.db); f.err != nil {
		return f
	}
	f.hasTables, f.term, f.termOf, f.err = readTerm(ctx, h.db)
	return f
}

// termMeta is the row in which the term stands, as "term server-id".
const termMeta = "primary"

func readTerm(ctx context.Context, db *sql.DB) (hasTables bool, term, of int64, err error) {
	var text []byte
	err = db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", termMeta).Scan(&text)
	switch {
	case mysqlError(err) == mysqlNoTable:
		return false, 0, 0, nil
	case errors.Is(err, sql.ErrNoRows):
		return true, 0, 0, nil
	case err != nil:
		return false, 0, 0, fmt.Errorf("term: %w", err)
	}
	before, after, _ := strings.Cut(string(text), " ")
	term, err = strconv.ParseInt(before, 10, 64)
	if err == nil {
		of, err = strconv.ParseInt(after, 10, 64)
	}
	if err != nil {
		return false, 0, 0, fmt.Errorf("the term is %q: %w", text, err)
	}
	return true, term, of, nil
}

var errNoReplica = errors.New("it waits for a semi-synchronous replica, without which it commits nothing")

// beginTerm says in the database that a new term began, the server's own. Of several
// nodes one does, and the others find it done.
func (h *mysqlHost) beginTerm(ctx context.Context, f *finding) (term int64, err error) {
	sync, err := inspectSemiSync(ctx, h.db)
	if err != nil {
		return 0, err
	}
	if sync.Enabled && sync.Replicas == 0 {
		return 0, errNoReplica
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	row := func(term, of int64) []byte { return fmt.Appendf(nil, "%d %d", term, of) }
	_, err = h.db.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES (?, ?) ON DUPLICATE KEY UPDATE value = IF(value = ?, VALUES(value), value)",
		termMeta, row(f.term+1, f.id), row(f.term, f.termOf))
	if err != nil {
		return 0, fmt.Errorf("begin term %d: %w", f.term+1, err)
	}
	_, term, of, err := readTerm(ctx, h.db)
	if err == nil && of != f.id {
		err = fmt.Errorf("term %d is that of the server with the id %d", term, of)
	}
	return term, err
}
