package store

import "testing"

// Lookups of many find each key by itself, however large the tables.
func TestLookupsAreByKey(t *testing.T) {
	s := openOptions(t, Options{Data: t.TempDir()})
	keys := []owned{{"T1", "a"}, {"T1", "b"}, {"T2", "c"}, {"T3", "d"}}
	for query, columns := range map[string][2]string{
		selectFoundTokens:    {"t.workspace_id", "t.hash"},
		selectCallers:        {"workspace_id", "user_id"},
		selectCallerHeads:    {"workspace_id", "stream_id"},
		selectCallerTokens:   {"workspace_id", "token_id"},
		selectCallerChannels: {"c.workspace_id", "c.user_id"},
	} {
		for n := 1; n <= len(keys); n++ {
			where, _ := ownedCondition(columns[0], columns[1], keys[:n])
			for _, step := range goesThrough(s.db.DB, query+where) {
				t.Errorf("%s\nin %s", step, query+where)
			}
		}
	}
}
