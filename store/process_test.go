package store_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// writerEnv holds a writerJob as JSON in the environment of a writer's process.
const writerEnv = "TAUT_TEST_WRITER"

// writerJob is what a writer's process does: each of its posters posts into the
// channels by turns, until the process is killed or it has posted Each.
type writerJob struct {
	Data, MySQL string
	Name        string // of the writer: its keys begin with it
	Workspace   chat.WorkspaceID
	User        chat.UserID
	Channels    []chat.ChannelID
	Posters     int
	Each        int
}

// ack is what a writer tells of an acknowledged post, a line of JSON each.
type ack struct {
	Key     string
	Channel chat.ChannelID
	Seq     int64
	TS      chat.TS
}

// runWriter is the writer's process.
func runWriter() {
	var job writerJob
	if err := json.Unmarshal([]byte(os.Getenv(writerEnv)), &job); err != nil {
		panic(err)
	}
	s, err := store.Open(context.Background(), store.Options{Data: job.Data, MySQL: job.MySQL})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	var mu sync.Mutex
	out := json.NewEncoder(os.Stdout)
	inParallel(job.Posters, func(poster int) {
		for i := range job.Each {
			a, err := job.post(s, poster, i)
			if err != nil {
				panic(err)
			}
			mu.Lock()
			out.Encode(a)
			mu.Unlock()
		}
	})
}

func (j *writerJob) post(s *store.Store, poster, i int) (ack, error) {
	key := fmt.Sprintf("%s-%d-%d", j.Name, poster, i)
	ch := j.Channels[(poster+i)%len(j.Channels)]
	p, err := s.Workspace(j.Workspace).PostMessage(context.Background(), store.Post{
		Channel: ch, Author: j.User, Key: key, Message: chat.Message{Text: key, ClientMsgID: key},
	})
	return ack{key, ch, p.Event.Seq, p.Event.TS}, err
}

// writer is a writer's process as its test sees it.
type writer struct {
	t    *testing.T
	cmd  *exec.Cmd
	acks chan ack
	got  []ack
}

func startWriter(t *testing.T, job writerJob, env ...string) *writer {
	t.Helper()
	text, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), writerEnv+"="+string(text)), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w := &writer{t: t, cmd: cmd, acks: make(chan ack, 1_000_000)}
	go w.read(out)
	t.Cleanup(func() { cmd.Process.Kill() })
	return w
}

// read takes whole lines; one that the kill cut off was never told.
func (w *writer) read(out io.Reader) {
	defer close(w.acks)
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		var a ack
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			w.t.Errorf("writer said %q", line)
			return
		}
		w.acks <- a
	}
}

// wait takes n further acks.
func (w *writer) wait(n int) {
	w.t.Helper()
	for range n {
		select {
		case a, ok := <-w.acks:
			if !ok {
				w.t.Fatal("the writer ended")
			}
			w.got = append(w.got, a)
		case <-time.After(30 * time.Second):
			w.t.Fatal("the writer stands still")
		}
	}
}

// end waits for the process's end, by sig where it isn't 0, and takes all acks.
func (w *writer) end(sig syscall.Signal) []ack {
	w.t.Helper()
	if sig != 0 {
		w.cmd.Process.Signal(sig)
	}
	for a := range w.acks {
		w.got = append(w.got, a)
	}
	w.cmd.Wait()
	return w.got
}

// wantAll fails unless the logs are in order, hold what was acknowledged where
// it was acknowledged, and no key twice.
func wantAll(t *testing.T, s *store.Store, job writerJob, acks []ack) {
	t.Helper()
	team := testenv.Existing(t, s, job.Workspace)
	logged := map[string]chat.Event{}
	for _, ch := range job.Channels {
		log := team.Log(ch)
		wantOrdered(t, log)
		if log[0].Seq != 1 {
			t.Errorf("a log begins with seq %d", log[0].Seq)
		}
		for _, e := range log {
			key, _ := payload(t, e)["client_msg_id"].(string)
			if _, twice := logged[key]; twice && key != "" {
				t.Errorf("%s is there twice", key)
			}
			logged[key] = e
		}
	}
	for _, a := range acks {
		e, ok := logged[a.Key]
		if !ok || e.Seq != a.Seq || e.TS != a.TS || e.Stream.ID != chat.StreamID(a.Channel) {
			t.Errorf("acknowledged %+v, the log has %+v", a, e)
		}
	}
}

// repost sends again what a killed writer may have sent without an answer.
func repost(t *testing.T, s *store.Store, job writerJob, acks []ack) []ack {
	t.Helper()
	last := map[int]int{}
	for p := range job.Posters {
		last[p] = -1
	}
	for _, a := range acks {
		var p, i int
		if _, err := fmt.Sscanf(strings.TrimPrefix(a.Key, job.Name), "-%d-%d", &p, &i); err != nil {
			t.Fatal(err)
		}
		last[p] = max(last[p], i)
	}
	for p, i := range last {
		a, err := job.post(s, p, i+1)
		if err != nil {
			t.Fatal(err)
		}
		acks = append(acks, a)
	}
	return acks
}

// A killed writer loses nothing that it acknowledged (G1), and what it was
// sending can be sent again (G4).
func TestKilledWriter(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	team := testenv.NewTeam(t, s, 1)
	job := writerJob{Data: dir, Workspace: team.ID(), User: team.Users[0].ID, Posters: 8, Each: 1 << 30}
	for _, name := range []string{"a", "b", "c"} {
		job.Channels = append(job.Channels, team.NewChannel(name, team.IDs()...))
	}
	var all []ack
	fastest := time.Hour // as a machine may be busy with something else for a while
	for round := range 4 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		job.Name = fmt.Sprint("round", round)
		w := startWriter(t, job)
		w.wait(150)
		acks := w.end(syscall.SIGKILL)
		start := time.Now()
		if s, err = store.Open(t.Context(), store.Options{Data: dir}); err != nil {
			t.Fatal(err)
		}
		fastest = min(fastest, time.Since(start))
		all = append(all, repost(t, s, job, acks)...)
		wantAll(t, s, job, all)
	}
	if fastest > 10*time.Second {
		t.Errorf("the fastest open after a kill took %v", fastest)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
