package store

import "testing"

// A user's groups are found by the user, however many groups there are.
func TestGroupsOfAUserAreReadByKey(t *testing.T) {
	s := openOptions(t, Options{Data: t.TempDir()})
	for _, step := range goesThrough(s.db.DB, selectGroupsOf) {
		t.Errorf("%s\nin %s", step, selectGroupsOf)
	}
}
