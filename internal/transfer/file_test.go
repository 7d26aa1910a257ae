package transfer

import (
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
	"taut/files"
	"taut/internal/testenv"
	"taut/internal/testenv/slackexport"
	"taut/store"
)

// filesOf is the files' role on a store, with its bytes in a folder of the test's.
func filesOf(t *testing.T, s *store.Store) *files.Service {
	t.Helper()
	data := t.TempDir()
	blobs, err := files.OpenDisk(data)
	if err != nil {
		t.Fatal(err)
	}
	reg := prometheus.NewRegistry()
	a, err := auth.New(t.Context(), s, reg)
	if err != nil {
		t.Fatal(err)
	}
	f, err := files.New(t.Context(), files.Config{Store: s, Blobs: blobs, Data: data, Auth: a, Log: slog.New(slog.DiscardHandler), Metrics: reg})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// Files whose bytes are in the zip are files here, whoever may read a channel with
// them sees them, and they go out again; the others are shown as gone.
func TestFiles(t *testing.T) {
	from := slackexport.Export{Seed: 2, Messages: 300, Channels: 2, Users: 6, Files: true}.Write(t)
	bring := func(from string) (*store.Store, *files.Service, Report) {
		s := testenv.Open(t)
		kept := filesOf(t, s)
		r, err := Import{From: from, Domain: "acme", New: true, Files: kept}.Run(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		return s, kept, r
	}
	s, kept, r := bring(from)
	if r.Files < 3 || r.Odd[OddFile] < 3 {
		t.Errorf("%+v %v", r.Brief(), r.Odd)
	}
	wantFile(t, s, kept, r.Workspace, "F0000000000", slackexport.File(0))
	w := s.Workspace(r.Workspace)
	if f, err := w.FileVisible(t.Context(), "F0000000000", store.FileViewer{User: "U0000000002"}); err != nil || f.Name != "file 14.txt" || f.Owner == "" {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := w.File(t.Context(), "F0000000001"); chat.CodeOf(err) != chat.NotFound {
		t.Errorf("a file without bytes: %v", err)
	}

	out := filepath.Join(t.TempDir(), "out.zip")
	done, err := Export{Out: out, Domain: "acme", Private: true, Files: kept}.Run(t.Context(), s)
	if err != nil || done.Files != r.Files {
		t.Fatalf("%d files out, %v, want %d", done.Files, err, r.Files)
	}
	other, keptThere, again := bring(out)
	if again.Files != r.Files {
		t.Errorf("%d files in again, want %d", again.Files, r.Files)
	}
	wantFile(t, other, keptThere, again.Workspace, "F0000000000", slackexport.File(0))
	wantSame(t, contents(t, exportFrom(t, other, "acme")), contents(t, exportFrom(t, s, "acme")))
}

func wantFile(t *testing.T, s *store.Store, kept *files.Service, w chat.WorkspaceID, id chat.FileID, want string) {
	t.Helper()
	f, err := s.Workspace(w).File(t.Context(), id)
	if err != nil || f.State != chat.FileReady || f.Size != int64(len(want)) {
		t.Fatalf("%+v, %v", f, err)
	}
	r, err := kept.Open(t.Context(), w, id)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil || string(got) != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}
