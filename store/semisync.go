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
