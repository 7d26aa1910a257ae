//go:build e2e && mariadb && s3

package e2e

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"
)

// stuck is how long a process that stands still between a lock and its commit may hold
// up its channels: the database ends a transaction that is idle for 5 s.
const stuck = 7 * time.Second

// stopCommit stops an API node that holds heads locked. What it was about to say, its
// clients say again elsewhere under the same key, and when it goes on it has nothing
// to add.
func stopCommit(w *crowd) {
	c := w.cluster
	victim := c.apis[1]
	w.during("SIGSTOP of an API node between lock and commit for 10 s, then SIGCONT", stuck, true, func() {
		begin := time.Now()
		release := c.databases[victim][c.primary].hold()
		eventually(w.t, victim.name+" holds a lock", func() error { return c.locking(victim) })
		victim.suspend()
		release()
		<-time.After(time.Until(begin.Add(10 * time.Second)))
		victim.resume()
		eventually(w.t, victim.name+" goes on", victim.ready)
	})
}

// locking is nil when one of the node's sessions has locked a row.
func (c *cluster) locking(s *server) error {
	db, err := sql.Open("mysql", c.db.Primary().DSN("mysql"))
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query(`SELECT p.HOST FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p
		ON p.ID = t.trx_mysql_thread_id WHERE t.trx_rows_locked > 0 AND p.COMMAND = 'Sleep'`)
	if err != nil {
		return err
	}
	defer rows.Close()
	ports := c.databases[s][c.primary].ports()
	for rows.Next() {
		var host string
		if err := rows.Scan(&host); err != nil {
			return err
		}
		_, port, _ := strings.Cut(host, ":")
		if slices.ContainsFunc(ports, func(p int) bool { return fmt.Sprint(p) == port }) {
			return nil
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return fmt.Errorf("%s has locked nothing", s.name)
}

func killDatabase(w *crowd) {
	c := w.cluster
	must := func(err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	w.during("SIGKILL and restart of the database's primary", afterStop, true, func() { must(c.db.Restart(syscall.SIGKILL)) })
	w.during("SIGKILL of the primary and promotion of its replica", afterStop, true, func() {
		must(c.db.Primary().Down(syscall.SIGKILL))
		must(c.db.Promote())
		c.primary = 1 - c.primary
	})
	w.during("the old primary comes back as a replica", afterStop, true, func() { must(c.db.Rejoin()) })
}

// shiftClocks moves those of one node of each kind.
func shiftClocks(w *crowd) {
	c := w.cluster
	for _, by := range []string{"5m", "-5m"} {
		w.during("the clocks of a gateway, an API node and a channel server are wrong by "+by, unnoticed, false, func() {
			for _, s := range []*server{c.gates[1], c.apis[1], c.owners[1]} {
				s.shift(by)
				defer s.shift("0s")
			}
			<-time.After(3 * time.Second)
		})
	}
}
