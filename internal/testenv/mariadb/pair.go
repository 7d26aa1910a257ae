//go:build mariadb

package mariadb

import (
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Pair is two servers, of which one is the primary and the other its
// semi-synchronous replica: what is acknowledged is on both. One goroutine at a time
// changes it.
type Pair struct {
	servers [2]*Server
	primary int // which of them
	made    int // servers, so that each has an id that no other had
}

// StartPair starts both. Whoever does removes them.
func StartPair() (*Pair, error) {
	p := &Pair{}
	for i, role := range [][]string{asPrimary, asReplica} {
		s, err := Start(p.arguments(role)...)
		if err != nil {
			p.Remove()
			return nil, err
		}
		p.servers[i] = s
	}
	err := p.Replica().follow(p.Primary())
	if err == nil {
		err = p.followed()
	}
	if err == nil {
		err = p.Primary().Exec("CREATE USER taut IDENTIFIED BY 'secret'")
	}
	if err != nil {
		p.Remove()
		return nil, err
	}
	return p, nil
}

// arguments are those of a new server.
func (p *Pair) arguments(role []string) []string {
	p.made++
	return slices.Concat([]string{fmt.Sprintf("--server-id=%d", p.made)}, replicates, role)
}

// Primary is the server that is written.
func (p *Pair) Primary() *Server { return p.servers[p.primary] }

// Replica is the other one.
func (p *Pair) Replica() *Server { return p.servers[1-p.primary] }

// NewDatabase makes an empty database and gives its DSN, which names both servers
// and an account that can do nothing else.
func (p *Pair) NewDatabase() (string, error) {
	at, err := p.Primary().NewDatabase()
	if err != nil {
		return "", err
	}
	name := at[strings.LastIndexByte(at, '/')+1:]
	dsn := fmt.Sprintf("taut:secret@tcp(%s,%s)/%s", p.servers[0].Address(), p.servers[1].Address(), name)
	return dsn, p.Primary().Exec("GRANT ALL ON " + name + ".* TO taut")
}

// Promote makes the replica the primary, which commits alone until Rejoin. The old
// primary is left as it is, dead or not: Replica then.
func (p *Pair) Promote() error {
	if err := p.Replica().catchUp(); err != nil {
		return fmt.Errorf("promote: %w", err)
	}
	if err := p.Replica().Exec(mayWrite); err != nil {
		return fmt.Errorf("promote: %w", err)
	}
	p.Replica().args = p.Replica().args[:1+len(replicates)] // when it starts again
	p.primary = 1 - p.primary
	return nil
}

// catchUp ends replication, once all that arrived is applied.
func (s *Server) catchUp() error {
	if err := s.Exec(stopReceiving); err != nil {
		return err
	}
	status, err := s.row(replication)
	if err != nil {
		return err
	}
	waited, err := s.row(fmt.Sprintf(waitApplied, status[received], applyTimeout/time.Second))
	if err != nil {
		return err
	}
	if waited["late"] != "0" {
		return fmt.Errorf("what arrived was not applied within %s: %s", applyTimeout, s.complaint())
	}
	return s.Exec(stopFollowing, forgetPrimary)
}

// applyTimeout is long: who began with nothing has all to apply, a commit after the other.
const applyTimeout = time.Minute

// Rejoin makes what was the primary a replica that has nothing yet, and waits until
// the primary commits with it again. It may have much to apply still.
func (p *Pair) Rejoin() error {
	old := p.Replica()
	if old.cmd.ProcessState == nil {
		old.Down(syscall.SIGKILL)
	}
	for _, part := range []string{"data", "tmp"} {
		if err := os.RemoveAll(old.path(part)); err != nil {
			return err
		}
	}
	old.args = p.arguments(asReplica)
	if err := old.fill(); err != nil {
		return err
	}
	if err := old.follow(p.Primary()); err != nil {
		return err
	}
	return p.followed()
}

// followed waits for the replica, and lets the primary commit nothing without it from
// then on.
func (p *Pair) followed() error {
	for deadline := time.Now().Add(startTimeout); ; {
		clients, err := p.Primary().row(follows)
		if err != nil {
			return err
		}
		if clients["Value"] != "0" {
			p.Primary().args = append(p.Primary().args[:1+len(replicates)], asPrimary...)
			return p.Primary().Exec(semiSync)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the replica does not follow: %s", p.Replica().complaint())
		}
		<-time.After(20 * time.Millisecond)
	}
}

// Restart ends the primary by a signal and starts it again.
func (p *Pair) Restart(sig syscall.Signal) error {
	if err := p.Primary().Down(sig); err != nil {
		return err
	}
	return p.Primary().Up()
}

// CommitAlone lets a server acknowledge what no replica has.
func (s *Server) CommitAlone() error { return s.Exec(commitAlone) }

// Remove kills both.
func (p *Pair) Remove() {
	for _, s := range p.servers {
		if s != nil {
			s.Remove()
		}
	}
}

// row reads one row, by the names of its columns.
func (s *Server) row(query string) (map[string]string, error) {
	db, err := sql.Open("mysql", s.DSN("mysql"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", query, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	if !rows.Next() {
		return nil, fmt.Errorf("%s gives nothing: %w", query, rows.Err())
	}
	values, into := make([]sql.NullString, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	row := map[string]string{}
	for i, name := range names {
		row[name] = values[i].String
	}
	return row, nil
}
