//go:build mariadb

package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/internal/testenv/mariadb"
	"taut/store"
)

// troubled is a server of the test's own, and an account of Taut's on it.
func troubled(t *testing.T) (*mariadb.Server, string) {
	t.Helper()
	server := must(mariadb.Start())(t)
	t.Cleanup(server.Remove)
	dsn := must(server.NewDatabase())(t)
	if err := server.Exec("CREATE USER taut IDENTIFIED BY 'right'", "GRANT ALL ON taut1.* TO taut"); err != nil {
		t.Fatal(err)
	}
	return server, strings.Replace(dsn, "root:", "taut:right", 1)
}

func TestDatabaseInTrouble(t *testing.T) {
	server, dsn := troubled(t)
	t.Run("wrong password", func(t *testing.T) {
		log := &syncBuffer{}
		o := store.Options{MySQL: strings.Replace(dsn, "right", "wrong", 1), Await: true, Log: slog.New(slog.NewTextHandler(log, nil))}
		s, err := store.Open(t.Context(), o)
		if err == nil {
			s.Close()
			t.Fatal("it opens")
		}
		if !strings.Contains(err.Error(), "Access denied") || strings.Contains(err.Error(), "wrong") {
			t.Errorf("it says %v", err)
		}
		if strings.Contains(log.String(), "waiting for the database") {
			t.Errorf("it is tried again: %s", log)
		}
	})
	if err := server.Down(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	log := &syncBuffer{}
	opened := make(chan *store.Store)
	go func() {
		s, err := store.Open(context.WithoutCancel(t.Context()), store.Options{MySQL: dsn, Await: true, Log: slog.New(slog.NewTextHandler(log, nil))})
		if err != nil {
			t.Error(err)
		}
		opened <- s
	}()
	waitFor(t, "the log to say what is waited for", func() bool { return strings.Contains(log.String(), "waiting for the database") })
	if err := server.Up(); err != nil {
		t.Fatal(err)
	}
	s := <-opened
	if s == nil {
		return
	}
	defer s.Close()
	team := testenv.NewTeam(t, s, 1)
	t.Run("full", func(t *testing.T) { full(t, server, team) })
	t.Run("too many connections", func(t *testing.T) { crowded(t, server, team) })
}

func post(ctx context.Context, team *testenv.Team, key string) error {
	_, err := team.PostMessage(ctx, store.Post{Channel: team.Channel, Author: team.Users[0].ID, Key: key, Message: chat.Message{Text: "x"}})
	return err
}

// full: who writes is to come again, and nothing of it is there; once there is room
// again all goes on. The server says what it says on a full disk, without one.
func full(t *testing.T, server *mariadb.Server, team *testenv.Team) {
	before := len(team.Log(team.Channel))
	for _, number := range []int{1021, 1026, 1030, 1114} {
		if err := server.Exec(fmt.Sprintf("CREATE TRIGGER taut1.full BEFORE INSERT ON taut1.events FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = %d", number)); err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprint("key-", number)
		began := time.Now()
		if err := post(t.Context(), team, key); chat.CodeOf(err) != chat.Unavailable || !strings.Contains(err.Error(), fmt.Sprint(number)) {
			t.Errorf("a post on a full disk: %v", err)
		}
		if took := time.Since(began); took > 10*time.Second { // what may pass is tried for longer
			t.Errorf("to say so took %s", took)
		}
		if _, err := team.User(t.Context(), team.Users[0].ID); err != nil {
			t.Errorf("reading: %v", err)
		}
		if err := server.Exec("DROP TRIGGER taut1.full"); err != nil {
			t.Fatal(err)
		}
		if err := post(t.Context(), team, key); err != nil {
			t.Fatalf("with room again: %v", err)
		}
	}
	if n := len(team.Log(team.Channel)) - before; n != 4 {
		t.Errorf("%d messages, want 4", n)
	}
}

// crowded: who gets no connection says so, and who has one goes on.
func crowded(t *testing.T, server *mariadb.Server, team *testenv.Team) {
	if err := server.Exec("SET GLOBAL max_connections = 12"); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("mysql", server.DSN("mysql"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for err == nil {
		_, err = db.Conn(t.Context())
	}
	o := store.Options{MySQL: server.DSN("taut1")}
	if s, err := store.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "Too many connections") {
		t.Errorf("another store opens with %v", err)
		if err == nil {
			s.Close()
		}
	}
	if err := post(t.Context(), team, "crowded"); err != nil {
		t.Error(err)
	}
}
