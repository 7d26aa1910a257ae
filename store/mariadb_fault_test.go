//go:build mariadb

package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/internal/testenv/mariadb"
	"taut/store"
)

// setup makes a workspace with three channels in a database, and the job of
// those who write there.
func setup(t *testing.T, dsn string) (*store.Store, *testenv.Team, writerJob) {
	t.Helper()
	s := testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL = "", dsn })
	team := testenv.NewTeam(t, s, 1)
	job := writerJob{MySQL: dsn, Name: "w", Workspace: team.ID(), User: team.Users[0].ID, Posters: 4, Each: 1 << 30}
	for _, name := range []string{"a", "b", "c"} {
		job.Channels = append(job.Channels, team.NewChannel(name, team.IDs()...))
	}
	return s, team, job
}

// postAll runs the job in this process.
func postAll(t *testing.T, s *store.Store, job writerJob) []ack {
	t.Helper()
	acks := make([][]ack, job.Posters)
	inParallel(job.Posters, func(p int) {
		for i := range job.Each {
			a, err := job.post(s, p, i)
			if err != nil {
				t.Errorf("post: %v", err)
				return
			}
			acks[p] = append(acks[p], a)
		}
	})
	var all []ack
	for _, a := range acks {
		all = append(all, a...)
	}
	return all
}

func TestTwoWritersAtOnce(t *testing.T) {
	dsn := database(t)
	s, _, job := setup(t, dsn)
	other := testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL = "", dsn })
	job.Each = 60
	second := job
	second.Name = "x"
	var acks [2][]ack
	inParallel(2, func(i int) {
		acks[i] = postAll(t, []*store.Store{s, other}[i], []writerJob{job, second}[i])
	})
	wantAll(t, s, job, append(acks[0], acks[1]...))
	if s.Incarnation() != other.Incarnation() {
		t.Error("the writers differ in incarnation")
	}
}

// The same keys from both writers at once: each is one message, which both get.
func TestSameKeyOnTwoWriters(t *testing.T) {
	dsn := database(t)
	s, _, job := setup(t, dsn)
	other := testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL = "", dsn })
	job.Each = 40
	var acks [2][]ack
	inParallel(2, func(i int) { acks[i] = postAll(t, []*store.Store{s, other}[i], job) })
	wantAll(t, s, job, append(acks[0], acks[1]...))
}

func TestKilledWriterProcess(t *testing.T) {
	s, _, job := setup(t, database(t))
	w := startWriter(t, job)
	w.wait(50)
	mine := job
	mine.Name, mine.Each = "mine", 30
	acks := postAll(t, s, mine)
	w.wait(50)
	theirs := w.end(syscall.SIGKILL)
	acks = append(acks, repost(t, s, job, theirs)...)
	wantAll(t, s, job, acks)
}

// hold starts a writer and stops it between lock and commit.
func hold(t *testing.T, job writerJob) (w *writer, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "hold")
	w = startWriter(t, job, "TAUT_TEST_HOLD="+file)
	w.wait(20)
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the writer to hold its locks", func() bool {
		_, err := os.Stat(file + ".held")
		return err == nil
	})
	return w, file
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}

func TestWriterKilledBetweenLockAndCommit(t *testing.T) {
	s, _, job := setup(t, database(t))
	job.Channels = job.Channels[:1]
	w, _ := hold(t, job)
	theirs := w.end(syscall.SIGKILL)
	wantAll(t, s, job, repost(t, s, job, theirs)) // who waits for too long is refused
}

// awaitCarried waits until no fact is on its way between streams.
func awaitCarried(t *testing.T, dsn string) {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	waitFor(t, "all facts to be carried", func() bool {
		var left int
		err := db.QueryRow("SELECT COUNT(*) FROM outbox").Scan(&left)
		return err == nil && left == 0
	})
}

// A writer that is stopped with a lock held is cut off by the server after 5 s;
// when it wakes up it finds out and does its work again.
func TestWriterStoppedBetweenLockAndCommit(t *testing.T) {
	dsn := database(t)
	s, team, job := setup(t, dsn)
	other := team.NewChannel("free", team.IDs()...)
	// Else the writer's own carrier finds facts at its start, and may be the one that is
	// stopped, with the head of the free channel.
	awaitCarried(t, dsn)
	all := job.Channels
	job.Channels = job.Channels[:1]
	w, file := hold(t, job)
	if err := w.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	mine := job
	mine.Name, mine.Each = "mine", 10
	done := make(chan []ack, 1)
	go func() { done <- postAll(t, s, mine) }() // who waits for too long is refused
	var free []time.Duration
	for range 20 { // the other channels don't notice
		began := time.Now()
		team.PostTo(other, team.Users[0].ID, "x")
		free = append(free, time.Since(began))
	}
	acks := <-done
	wantSwift(t, free)
	if err := os.WriteFile(file+".go", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	w.wait(50)
	theirs := w.end(syscall.SIGKILL)
	job.Channels = all
	wantAll(t, s, job, append(acks, theirs...))
}

// wantSwift: most posts don't wait for a lock that others hold, which takes a second. A
// disk that is busy may delay one now and then.
func wantSwift(t *testing.T, took []time.Duration) {
	t.Helper()
	slices.Sort(took)
	if half := took[len(took)/2]; half > 500*time.Millisecond {
		t.Errorf("half of %d posts took %v or more, the longest %v", len(took), half, took[len(took)-1])
	}
}

// A head that something else holds for a while delays its own stream alone.
func TestBusyHead(t *testing.T) {
	dsn := database(t)
	s, team, job := setup(t, dsn)
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	busy, free := job.Channels[0], job.Channels[1]
	if _, err := tx.Exec("SELECT seq FROM heads WHERE workspace_id = ? AND stream_id = ? FOR UPDATE", team.ID(), busy); err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error, 5)
	for i := range cap(waiting) {
		go func() {
			_, err := team.PostMessage(context.Background(), store.Post{Channel: busy, Author: job.User, Key: fmt.Sprint(i), Message: chat.Message{Text: "x"}})
			waiting <- err
		}()
	}
	held := time.Now()
	var beside []time.Duration
	for time.Since(held) < 2500*time.Millisecond { // longer than a lock is waited for
		began := time.Now()
		team.PostTo(free, job.User, "x")
		beside = append(beside, time.Since(began))
	}
	wantSwift(t, beside)
	select {
	case err := <-waiting:
		t.Fatalf("a post to the busy head ended with %v", err)
	default:
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	for range cap(waiting) {
		if err := <-waiting; err != nil {
			t.Errorf("a post to the busy head: %v", err)
		}
	}
	wantAll(t, s, job, nil)
}

// The server goes down and comes back: what was being sent is sent, once.
func TestServerRestart(t *testing.T) {
	server, err := mariadb.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Remove()
	dsn, err := server.NewDatabase()
	if err != nil {
		t.Fatal(err)
	}
	s, _, job := setup(t, dsn)
	for i, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		job.Name, job.Each = fmt.Sprint("restart", i), 300
		done := make(chan []ack, 1)
		go func() { done <- postAll(t, s, job) }()
		<-time.After(150 * time.Millisecond)
		if err := server.Down(sig); err != nil {
			t.Fatal(err)
		}
		if err := server.Up(); err != nil {
			t.Fatal(err)
		}
		acks := <-done
		if len(acks) != job.Posters*job.Each {
			t.Errorf("%d of %d posts were acknowledged", len(acks), job.Posters*job.Each)
		}
		wantAll(t, s, job, acks)
	}
}

var address = regexp.MustCompile(`tcp\(([^)]*)\)`)

// Commits whose answer is lost: with and without a key of the sender's, what was
// committed is told to be so and the work isn't done twice.
func TestLostCommitAnswers(t *testing.T) {
	dsn := database(t)
	c := startCutter(t, address.FindStringSubmatch(dsn)[1])
	var hooked atomic.Int64
	_, team, job := setup(t, dsn)
	s := testenv.Open(t, func(o *store.Options) {
		o.Data, o.MySQL = "", strings.Replace(dsn, address.FindString(dsn), "tcp("+c.listener.Addr().String()+")", 1)
		o.Committed = func(events []chat.Event) { hooked.Add(int64(len(events))) }
	})
	job.Each = 20
	c.armed.Store(10)
	acks := postAll(t, s, job)
	if n := len(acks); n != job.Posters*job.Each || hooked.Load() != int64(n) {
		t.Errorf("%d posts acknowledged, the hook heard %d", n, hooked.Load())
	}
	through := testenv.Existing(t, s, team.ID())
	before := len(team.Log(job.Channels[0]))
	for i := range 10 { // without a key
		c.armed.Store(1)
		p := through.PostTo(job.Channels[0], job.User, fmt.Sprint(i))
		if p.Duplicate {
			t.Errorf("post %d is called a duplicate", i)
		}
		c.armed.Store(1)
		if err := through.AddReaction(t.Context(), job.Channels[0], p.Message.TS, job.User, "eyes"); err != nil {
			t.Errorf("react: %v", err)
		}
	}
	if got := len(team.Log(job.Channels[0])); got != before+20 {
		t.Errorf("the log grew by %d events, want 20", got-before)
	}
	if c.cuts.Load() < 30 {
		t.Errorf("only %d answers were lost", c.cuts.Load())
	}
	wantAll(t, s, job, acks)
}

func TestRequiresDurableServer(t *testing.T) {
	server, err := mariadb.Start("--log-bin=bin", "--server-id=1", "--sync-binlog=1")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Remove()
	dsn, err := server.NewDatabase()
	if err != nil {
		t.Fatal(err)
	}
	try := func(statement, want string) {
		t.Helper()
		if err := server.Exec(statement); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), store.Options{MySQL: dsn})
		if err == nil {
			s.Close()
		}
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
			t.Errorf("after %s: open gave %s, want %q", statement, got, want)
		}
	}
	try("SET GLOBAL innodb_flush_log_at_trx_commit = 2", "innodb_flush_log_at_trx_commit is 2")
	try("SET GLOBAL innodb_flush_log_at_trx_commit = 1", "")
	try("SET GLOBAL sync_binlog = 0", "sync_binlog is 0")
}

func TestTooNewMariaDB(t *testing.T) {
	dsn := database(t)
	s, err := store.Open(t.Context(), store.Options{MySQL: dsn})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("INSERT INTO schema_version (version) VALUES (99)"); err != nil {
		t.Fatal(err)
	}
	if s, err = store.Open(t.Context(), store.Options{MySQL: dsn}); err == nil || !strings.Contains(err.Error(), "schema version 99") {
		t.Errorf("open gave %v", err)
	}
	if err == nil {
		s.Close()
	}
}

// A head from a clock that was ahead: ts go on behind it.
func TestMariaDBClockBehindHead(t *testing.T) {
	dsn := database(t)
	_, team, job := setup(t, dsn)
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ahead := time.Now().Add(5 * time.Minute).UnixMicro()
	if _, err := db.Exec("UPDATE heads SET last_ts = ? WHERE stream_id = ?", ahead, job.Channels[0]); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		p := team.PostTo(job.Channels[0], job.User, "x")
		if p.Message.TS != chat.TS(ahead)+chat.TS(i)+1 {
			t.Errorf("ts %s after %s", p.Message.TS, chat.TS(ahead))
		}
	}
}
