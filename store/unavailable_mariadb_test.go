//go:build mariadb

package store_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/internal/testenv/mariadb"
	"taut/store"
)

// TestKilledServer: while MariaDB is gone, reads and writes say that it is not to
// be had, and when it is back they work again.
func TestKilledServer(t *testing.T) {
	server, err := mariadb.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Remove()
	dsn := must(server.NewDatabase())(t)
	s := testenv.Open(t, func(o *store.Options) { o.Data, o.MySQL = "", dsn })
	team := testenv.NewTeam(t, s, 1)
	team.Post(team.Users[0].ID, "x")
	if err := server.Down(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for range 20 { // more than there are idle connections
		if _, _, err := team.History(t.Context(), team.Channel, store.Range{Limit: 10}); chat.CodeOf(err) != chat.Unavailable {
			t.Fatalf("history without a server: %v", err)
		}
		if _, err := team.User(t.Context(), team.Users[0].ID); chat.CodeOf(err) != chat.Unavailable {
			t.Fatalf("user without a server: %v", err)
		}
	}
	soon, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := team.PostMessage(soon, store.Post{Channel: team.Channel, Author: team.Users[0].ID, Message: chat.Message{Text: "y"}}); chat.CodeOf(err) != chat.Unavailable {
		t.Errorf("post without a server: %v", err)
	}
	if err := server.Up(); err != nil {
		t.Fatal(err)
	}
	team.Post(team.Users[0].ID, "z")
	if _, err := team.User(t.Context(), team.Users[0].ID); err != nil {
		t.Error(err)
	}
}
