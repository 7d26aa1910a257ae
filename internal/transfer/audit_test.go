package transfer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"taut/internal/testenv"
	"taut/internal/testenv/slackexport"
	"taut/store"
)

// A workspace's audit log tells of each import and export, those too that came
// to nothing.
func TestAudit(t *testing.T) {
	s := testenv.Open(t)
	from := slackexport.Export{Messages: 10, Channels: 1, Users: 3}.Write(t)
	r := importInto(t, s, from, "acme")
	again := Import{From: from, Domain: "acme"}
	if _, err := again.Run(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "no-such-folder", "out.zip")
	if _, err := (Export{Out: out, Domain: "acme"}).Run(t.Context(), s); !os.IsNotExist(err) {
		t.Fatalf("an export to nowhere: %v", err)
	}
	exportFrom(t, s, "acme")
	entries, _, err := s.Workspace(r.Workspace).AuditLog(t.Context(), store.AuditQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range entries {
		told = append(told, fmt.Sprint(e.Action, " ", e.Detail))
		if e.Target != string(r.Workspace) || e.Actor != (store.Actor{}) {
			t.Errorf("entry %+v", e)
		}
	}
	imported := fmt.Sprintf("workspace.import map[files:false source:%s]", r.Source)
	want := []string{"workspace.export map[files:false private:true]", "workspace.export map[files:false private:false]", imported, imported}
	if !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}
