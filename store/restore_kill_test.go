package store_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"taut/chat"
	"taut/store"
)

// restoreEnv is what a process is to restore, and at which step it dies: the data
// folder, the copy and the step, a line each.
const restoreEnv = "TAUT_TEST_RESTORE"

// runRestore is that process.
func runRestore() {
	job := strings.Split(os.Getenv(restoreEnv), "\n")
	store.OnRestoreStep(func(step string) {
		if step == job[2] {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	})
	if _, err := store.Restore(context.Background(), store.Options{Data: job[0]}, store.UnpackFolder(job[1])); err != nil {
		panic(err)
	}
}

// TestRestoreKilled at each of its steps: then the old data is there as it was, or
// the new, or the folder says that it is neither; and the next restore succeeds.
func TestRestoreKilled(t *testing.T) {
	for _, step := range []string{
		"unpacked", "renewed", "away taut.db", "away taut.db-wal", "away search.db", "away files", "in files", "in taut.db-wal", "in taut.db", "end",
	} {
		folder := t.TempDir()
		data, copied := filepath.Join(folder, "data"), filepath.Join(folder, "copy")
		makeData(t, data, "old")
		makeData(t, copied, "new")
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), restoreEnv+"="+strings.Join([]string{data, copied, step}, "\n"))
		if out, err := cmd.CombinedOutput(); (err == nil) != (step == "end") {
			t.Fatalf("%s: %v %s", step, err, out)
		}
		found := dataOf(t, data)
		t.Logf("killed at %q: %s", step, found)
		want := "refused"
		switch step {
		case "unpacked", "renewed":
			want = "old"
		case "in taut.db", "end":
			want = "new"
		}
		if found != want {
			t.Errorf("killed at %q the folder has %s, want %s", step, found, want)
		}
		if _, err := store.Restore(t.Context(), store.Options{Data: data}, store.UnpackFolder(copied)); err != nil {
			t.Fatal(err)
		}
		if found := dataOf(t, data); found != "new" {
			t.Errorf("killed at %q and restored again, the folder has %s", step, found)
		}
	}
}

// makeData is a data folder whose workspace, file and index have the name.
func makeData(t *testing.T, data, name string) {
	t.Helper()
	s := must(openFolder(t, data))(t)
	_, _, err := s.CreateWorkspace(t.Context(), store.NewWorkspace{Domain: name, Name: name, Owner: store.NewUser{Name: "ada"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(data, "files", "ab"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"files/ab/x", "search.db"} {
		if err := os.WriteFile(filepath.Join(data, path), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// dataOf is the name of a folder's data, where all of it has one name.
func dataOf(t *testing.T, data string) string {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Data: data})
	if err != nil {
		if !strings.Contains(err.Error(), "a restore was cut off") {
			t.Error(err)
		}
		return "refused"
	}
	defer s.Close()
	all := must(s.Workspaces(t.Context()))(t)
	file, err := os.ReadFile(filepath.Join(data, "files/ab/x"))
	if err != nil || len(all) != 1 || string(file) != all[0].Domain {
		t.Errorf("workspaces %v, file %q, %v", all, file, err)
		return "a mixture"
	}
	if index, err := os.ReadFile(filepath.Join(data, "search.db")); err == nil && string(index) != all[0].Domain {
		t.Errorf("the index is that of %s", index)
	}
	return all[0].Domain
}

// TestSnapshotUnderLoad is one moment of the log, while it is being written.
func TestSnapshotUnderLoad(t *testing.T) {
	dir := t.TempDir()
	s := must(openFolder(t, dir))(t)
	defer s.Close()
	w, owner, err := s.CreateWorkspace(t.Context(), store.NewWorkspace{Domain: "acme", Owner: store.NewUser{Name: "ada"}})
	if err != nil {
		t.Fatal(err)
	}
	team := s.Workspace(w.ID)
	c := must(team.CreateChannel(t.Context(), store.NewChannel{Name: "dev", Creator: owner.ID}))(t)
	posted, stop := make(chan int, 10_000), make(chan struct{})
	go func() {
		defer close(posted)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := team.PostMessage(t.Context(), store.Post{Channel: c.ID, Author: owner.ID, Message: chat.Message{Text: "x"}}); err != nil {
				t.Error(err)
				return
			}
			posted <- i
		}
	}()
	for i := range 3 {
		acknowledged := 0
		for range 50 {
			acknowledged = <-posted + 1
		}
		copied := filepath.Join(t.TempDir(), "taut.db")
		info, err := store.TakeSnapshot(t.Context(), store.Options{Data: dir}, copied)
		if err != nil {
			t.Fatal(err)
		}
		if info.Incarnation != s.Incarnation() || info.Schema != store.NewestSchema() || len(info.Workspaces) != 1 {
			t.Errorf("%+v", info)
		}
		there := must(openFolder(t, filepath.Dir(copied)))(t)
		log := readLog(t, there, w.ID.Channel(c.ID))
		wantOrdered(t, log)
		if len(log) < acknowledged {
			t.Errorf("snapshot %d has %d events, %d messages were acknowledged", i, len(log), acknowledged)
		}
		if err := there.Close(); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	for range posted {
	}
}

func readLog(t *testing.T, s *store.Store, st chat.Stream) (all []chat.Event) {
	t.Helper()
	for after := int64(0); ; {
		p, err := s.Read(t.Context(), chat.ReadRequest{Stream: st, After: after, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p.Events...)
		if p.Next >= p.Head {
			return all
		}
		after = p.Next
	}
}
