package store

import (
	"fmt"
	"testing"

	"taut/chat"
)

// Lookups of many find each key by itself, however large the tables.
func TestLookupsAreByKey(t *testing.T) {
	s := openOptions(t, Options{Data: t.TempDir()})
	tokens := []owned{{"T1", "a"}, {"T1", "b"}, {"T2", "c"}, {"T3", "d"}}
	callers := []CallerKey{{"T1", "U1", "a"}, {"T1", "U2", "b"}, {"T2", "U3", "c"}, {"T3", "U4", "d"}}
	for i := len(tokens); i < MaxLookups; i++ {
		w := chat.WorkspaceID(fmt.Sprint("T", i))
		tokens = append(tokens, owned{w, "e"})
		callers = append(callers, CallerKey{w, "U5", "e"})
	}
	for _, n := range []int{1, 2, 3, 4, sideBySide + 1} {
		where, _ := ownedCondition("t.workspace_id", "t.hash", tokens[:n])
		byID, _ := ownedCondition("t.workspace_id", "t.token_id", tokens[:n])
		ofCallers, _ := callersQuery(callers[:n])
		for _, query := range []string{selectFoundTokens + where, selectFoundTokens + byID, ofCallers} {
			for _, step := range goesThrough(s.db.DB, query) {
				t.Errorf("%s\nin %s", step, query)
			}
		}
	}
}
