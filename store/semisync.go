package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// SemiSync is how a MySQL or MariaDB server waits for its replicas.
type SemiSync struct {
	// Enabled: a commit waits until a replica has it.
	Enabled bool
	// Timeout is how long; after it commits are on one server alone, silently.
	Timeout time.Duration
	// AfterSync: others see a commit only when a replica has it.
	AfterSync bool
	// AlwaysWaits: also while no replica is connected.
	AlwaysWaits bool
	Replicas    int // semi-synchronous ones that are connected
}

// longWait is so long that somebody will have seen to a missing replica.
const longWait = 24 * time.Hour

// Faults are what is wrong with it, in a primary that has replicas.
func (s SemiSync) Faults() (all []Fault) {
	if !s.Enabled {
		return []Fault{{"it acknowledges what no replica has: when it is lost, acknowledged messages are",
			"let a replica follow, then SET GLOBAL rpl_semi_sync_master_enabled = 1 (MySQL: rpl_semi_sync_source_enabled), in the server's own settings too"}}
	}
	if s.Timeout < longWait {
		all = append(all, Fault{fmt.Sprintf("after %s without an answer of a replica it goes on without one, silently", s.Timeout),
			"set rpl_semi_sync_master_timeout (MySQL: rpl_semi_sync_source_timeout) to 4294967295"})
	}
	if !s.AlwaysWaits {
		all = append(all, Fault{"when its last replica goes, it goes on without one, silently",
			"set rpl_semi_sync_master_wait_no_slave (MySQL: rpl_semi_sync_source_wait_no_replica) to 1"})
	}
	if !s.AfterSync {
		all = append(all, Fault{"readers see what no replica has yet",
			"set rpl_semi_sync_master_wait_point (MySQL: rpl_semi_sync_source_wait_point) to AFTER_SYNC"})
	}
	if s.Replicas == 0 {
		all = append(all, Fault{"no semi-synchronous replica is connected: nothing can be written", "see why none follows: SHOW REPLICA STATUS there"})
	}
	return all
}

// Fault is what is wrong, and what mends it.
type Fault struct{ Says, Remedy string }

// warnIfAlone says in the log what a primary of several servers might lose.
func (p *primary) warnIfAlone(ctx context.Context, r *reign) {
	sync, err := inspectSemiSync(ctx, r.server.db)
	if err != nil {
		p.log.Warn("the database's replication cannot be seen", "error", err)
		return
	}
	if len(p.servers) == 1 && !sync.Enabled {
		return // it has no replica, or none that the settings name
	}
	for _, f := range sync.Faults() {
		p.log.Warn("the database's replication is not safe: "+f.Says, "address", r.server.address, "remedy", f.Remedy)
	}
}

// inspectSemiSync asks for what both call by several names, and have none of where
// the plugin isn't there.
func inspectSemiSync(ctx context.Context, db *sql.DB) (s SemiSync, err error) {
	v, err := named(ctx, db, "SHOW GLOBAL VARIABLES LIKE 'rpl_semi_sync_%'")
	if err != nil {
		return s, err
	}
	status, err := named(ctx, db, "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_%_clients'")
	if err != nil {
		return s, err
	}
	of := func(from map[string]string, names ...string) string {
		for _, n := range names {
			if value, ok := from[n]; ok {
				return value
			}
		}
		return ""
	}
	const master, source = "rpl_semi_sync_master_", "rpl_semi_sync_source_"
	s.Enabled = of(v, master+"enabled", source+"enabled") == "ON"
	s.AfterSync = of(v, master+"wait_point", source+"wait_point") == "AFTER_SYNC"
	s.AlwaysWaits = of(v, master+"wait_no_slave", source+"wait_no_replica") == "ON"
	ms, _ := strconv.ParseUint(of(v, master+"timeout", source+"timeout"), 10, 64) // none: it is 0
	s.Timeout = time.Duration(min(ms, uint64(1<<62/time.Millisecond))) * time.Millisecond
	s.Replicas, _ = strconv.Atoi(of(status, master+"clients", source+"clients"))
	return s, nil
}

// named reads rows of a name and a value. The names are in lower case.
func named(ctx context.Context, db *sql.DB, query string) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("mysql: %w", err)
	}
	defer rows.Close()
	values := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, fmt.Errorf("mysql: %w", err)
		}
		values[strings.ToLower(name)] = value
	}
	return values, rows.Err()
}
