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
	"time"

	"github.com/go-sql-driver/mysql"
)

// open is a pool of connections to whoever is the primary. Change adapts their
// settings; nil: none.
func (p *primary) open(conns int, change func(*mysql.Config)) *sql.DB {
	db := sql.OpenDB(&primaryConnector{p, change})
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(time.Minute)
	return db
}

// primaryConnector connects to the primary.
type primaryConnector struct {
	primary *primary
	change  func(*mysql.Config)
}

// Driver is of no use without a primary.
func (c *primaryConnector) Driver() driver.Driver { return mysql.MySQLDriver{} }

// Connect connects to the primary of now. Where it isn't to be had, another may have
// taken its place.
func (c *primaryConnector) Connect(ctx context.Context) (driver.Conn, error) {
	r, err := c.primary.now.Load(), error(nil)
	if r == nil {
		if r, err = c.primary.look(ctx); r == nil {
			return nil, err
		}
	}
	conn, err := c.connect(ctx, r)
	if err == nil || !connectionLost(err) {
		return conn, err
	}
	next, _ := c.primary.look(ctx)
	if next == nil || next == r {
		return nil, err
	}
	return c.connect(ctx, next)
}

func (c *primaryConnector) connect(ctx context.Context, r *reign) (driver.Conn, error) {
	cfg := r.server.config.Clone()
	cfg.Params = maps.Clone(cfg.Params)
	if c.change != nil {
		c.change(cfg)
	}
	var line net.Conn
	cfg.DialFunc = func(ctx context.Context, network, address string) (_ net.Conn, err error) {
		line, err = (&net.Dialer{Timeout: cfg.Timeout}).DialContext(ctx, network, address)
		return line, err
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(mysqlConn)
	if !ok {
		return nil, errors.Join(errors.New("mysql: the driver's connection lacks a method"), conn.Close())
	}
	if err := isPrimary(ctx, full, r); err != nil {
		conn.Close()
		return nil, err
	}
	rc := &reignConn{mysqlConn: full, reign: r, primary: c.primary}
	r.add(rc, line)
	return rc, nil
}

// add lets a connection end with the reign.
func (r *reign) add(c *reignConn, line net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		line.Close()
		return
	}
	r.conns[c] = line
}

// end closes all connections, also under who waits for an answer.
func (r *reign) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	for _, line := range r.conns {
		line.Close()
	}
}

// isPrimary asks a new connection whether it leads to the primary still: an address
// may lead elsewhere by now, and a server may have become a replica.
func isPrimary(ctx context.Context, conn mysqlConn, r *reign) error {
	rows, err := conn.QueryContext(ctx, fmt.Sprintf("SELECT 1 FROM DUAL WHERE @@GLOBAL.server_id = %d AND NOT %s", r.id, mysqlReadsOnly), nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	err = rows.Next(make([]driver.Value, 1))
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: it is not the primary any more: %w", r.server.address, errNoPrimary)
	}
	return err
}

// mysqlConn is what database/sql asks of a connection.
type mysqlConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.NamedValueChecker
	driver.SessionResetter
	driver.Validator
}

// reignConn is a connection that ends with its reign.
type reignConn struct {
	mysqlConn
	reign   *reign
	primary *primary
}

// Close is the pool's.
func (c *reignConn) Close() error {
	c.reign.mu.Lock()
	delete(c.reign.conns, c)
	c.reign.mu.Unlock()
	return c.mysqlConn.Close()
}

// IsValid is asked when the connection comes back to the pool.
func (c *reignConn) IsValid() bool { return c.primary.now.Load() == c.reign && c.mysqlConn.IsValid() }

// ResetSession is called when it is taken from the pool.
func (c *reignConn) ResetSession(ctx context.Context) error {
	if c.primary.now.Load() != c.reign {
		return driver.ErrBadConn
	}
	return c.mysqlConn.ResetSession(ctx)
}

// reigns tells whether a connection leads to the primary of now.
func (p *primary) reigns(conn *sql.Conn) (is bool) {
	conn.Raw(func(c any) error {
		is = c.(*reignConn).reign == p.now.Load()
		return nil
	})
	return is
}
