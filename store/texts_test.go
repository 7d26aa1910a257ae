package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// texts are the statements of all stores on SQLite that the tests opened.
var texts struct {
	sync.Mutex
	of map[string]bool
}

// NoteTexts remembers what a store ran, just before it is closed.
func NoteTexts(s *Store) {
	if s.dialect.mysql {
		return
	}
	texts.Lock()
	defer texts.Unlock()
	if texts.of == nil {
		texts.of = map[string]bool{}
	}
	s.db.mu.RLock()
	for q := range s.db.prepared {
		texts.of[q] = true
	}
	s.db.mu.RUnlock()
	// A refusal, as of a store that was made to fail, is of no interest.
	_ = s.write(context.Background(), func(t *tx) error {
		for q := range t.session.prepared {
			texts.of[q] = true
		}
		return nil
	})
}

// mayScan are the steps that go through all of a table or of a workspace, and why
// that is right.
var mayScan = map[string]bool{
	// What the query itself has selected.
	"SCAN CONSTANT ROW": true,
	"SCAN chain":        true,
	"SCAN u":            true,
	"SCAN one":          true,
	"SCAN r":            true,
	"SCAN counted":      true,
	"SCAN search":       true,
	"SEARCH search USING AUTOMATIC PARTIAL COVERING INDEX (step=?)": true,
	// It has what is on its way, in the order that is asked for.
	"SCAN outbox": true,
	"SEARCH outbox USING PRIMARY KEY (workspace_id=?)": true,
	// They have few rows, by bounds of their own.
	"SCAN meta":        true,
	"SCAN setup_codes": true,
	"SEARCH entry_codes USING PRIMARY KEY (workspace_id=?)":                   true,
	"SEARCH entry_codes USING COVERING INDEX entry_codes_id (workspace_id=?)": true,
	"SEARCH emoji USING PRIMARY KEY (workspace_id=?)":                         true,
	"SEARCH channel_retention USING PRIMARY KEY (workspace_id=?)":             true,
	"SEARCH expired_files USING PRIMARY KEY (workspace_id=?)":                 true,
	"SEARCH import_channels USING PRIMARY KEY (workspace_id=?)":               true,
	"SEARCH c USING PRIMARY KEY (workspace_id=?)":                             true, // of an import
	// The workspace is all of the key.
	"SEARCH file_usage USING PRIMARY KEY (workspace_id=?)":         true,
	"SEARCH workspaces USING PRIMARY KEY (workspace_id=?)":         true,
	"SEARCH workspace_settings USING PRIMARY KEY (workspace_id=?)": true,
	// All are asked for, or the first of all.
	"SCAN workspaces USING INDEX sqlite_autoindex_workspaces_2":                             true,
	"SEARCH w USING PRIMARY KEY (workspace_id=?)":                                           true,
	"SEARCH usergroups USING COVERING INDEX sqlite_autoindex_usergroups_3 (workspace_id=?)": true,
	"SEARCH usergroups USING INDEX sqlite_autoindex_usergroups_2 (workspace_id=?)":          true,
	"SCAN h": true,
	"SEARCH f USING PRIMARY KEY (workspace_id=?)":     true, // who may see which is asked of each file
	"SEARCH audit USING PRIMARY KEY (workspace_id=?)": true,
}

// seldom are parts of statements that tests alone run, or that may take their time:
// a workspace's owner is looked for when it gets another.
var seldom = []string{
	"FROM channel_names WHERE workspace_id = ? AND channel_id = ?", "UNION ALL SELECT 'x'", "FROM users WHERE workspace_id = ? AND role = ?",
	"SELECT COUNT(*) FROM events", "FROM bots WHERE app_id IN", "SELECT new_id FROM import_ids", // by imports alone
	"SELECT committed_ms FROM events ORDER BY position DESC LIMIT 1", "UPDATE scheduled_messages SET failed = ? WHERE failed = ''", // by restores alone
	"UPDATE events SET shown = -1", "UPDATE heads SET shown = 0",
}

// BadPlans are the statements that the tests ran and that go through all of a
// table or of a workspace.
func BadPlans(data string) (bad []string) {
	texts.Lock()
	defer texts.Unlock()
	s, err := Open(context.Background(), Options{Data: data})
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return []string{err.Error()}
	}
	db, err := openSQLiteDB(filepath.Join(data, databaseFile), 1)
	if err != nil {
		return []string{err.Error()}
	}
	defer db.Close()
	for _, q := range slices.Sorted(maps.Keys(texts.of)) {
		if slices.ContainsFunc(seldom, func(part string) bool { return strings.Contains(q, part) }) {
			continue
		}
		for _, step := range goesThrough(db, q) {
			bad = append(bad, fmt.Sprintf("%s\n\tin %s", step, q))
		}
	}
	return bad
}

// goesThrough are the steps of a statement's plan that are not by a key.
func goesThrough(db *sql.DB, query string) (steps []string) {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	if !slices.Contains([]string{"SELECT", "UPDATE", "DELETE", "WITH"}, verb) {
		return nil
	}
	args := make([]any, strings.Count(query, "?"))
	for i := range args {
		args[i] = "x"
	}
	rows, err := db.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+query, args...)
	plan, err := collect(rows, err, func(r scanner) (step string, err error) {
		var id, parent, unused int
		return step, r.Scan(&id, &parent, &unused, &step)
	})
	if err != nil {
		return []string{err.Error()}
	}
	for _, step := range plan {
		all := strings.HasPrefix(step, "SCAN") || strings.HasSuffix(step, "(workspace_id=?)") || strings.Contains(step, "AUTOMATIC")
		if all && !mayScan[step] {
			steps = append(steps, step)
		}
	}
	return steps
}
