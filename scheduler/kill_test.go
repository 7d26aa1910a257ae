package scheduler_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/testenv"
	"taut/scheduler"
	"taut/store"
)

// senderEnv holds the folder of a store in the environment of a process that
// sends what is due there, a line for each commit, until it is killed. senderMySQLEnv
// holds the DSN of its database, where it is on MySQL.
const (
	senderEnv      = "TAUT_TEST_SENDER"
	senderMySQLEnv = "TAUT_TEST_SENDER_MYSQL"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(senderEnv); dir != "" {
		runSender(dir)
		return
	}
	os.Exit(m.Run())
}

func runSender(dir string) {
	s, err := store.Open(context.Background(), store.Options{Data: dir, MySQL: os.Getenv(senderMySQLEnv), Committed: func(events []chat.Event) {
		for range events {
			fmt.Println()
		}
	}})
	if err != nil {
		panic(err)
	}
	scheduler.Start(scheduler.Options{Store: s, Mentions: nobody{}, Log: slog.New(slog.DiscardHandler)})
	select {}
}

// sendUntil runs a sender until it committed n events, and kills it.
func sendUntil(dir, mysql string, n int) error {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), senderEnv+"="+dir, senderMySQLEnv+"="+mysql)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	watchdog := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	defer watchdog.Stop()
	for lines := bufio.NewScanner(out); n > 0 && lines.Scan(); n-- {
	}
	cmd.Process.Kill()
	cmd.Wait()
	if n > 0 {
		return fmt.Errorf("the sender owes %d events", n)
	}
	return nil
}

// However often the process is killed, each message is sent, and once.
func TestSendsOnceThoughKilled(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	m := testenv.NewTeam(t, s, 1)
	const many = 200
	channels := []chat.ChannelID{m.Channel, m.NewChannel("a", m.IDs()...), m.NewChannel("b", m.IDs()...)}
	for i := range many {
		schedule(t, m, channels[i%3], time.Unix(int64(i)*1000, 0), fmt.Sprint("message ", i))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 7, 20, 33} {
		if err := sendUntil(dir, "", n); err != nil {
			t.Fatal(err)
		}
	}
	c := follow()
	s = testenv.Open(t, func(o *store.Options) { o.Data, o.Committed = dir, c.events })
	start(t, s)
	c.wait(t, fmt.Sprint("message ", many-1))
	wantSentOnce(t, testenv.Existing(t, s, m.ID()), channels, many)
}

// wantSentOnce fails unless each message is in the channels, and once.
func wantSentOnce(t *testing.T, m *testenv.Team, channels []chat.ChannelID, many int) {
	t.Helper()
	sent := map[string]int{}
	for _, ch := range channels {
		for _, e := range m.Log(ch) {
			if e.Type == chat.TypeMessage {
				sent[textOf(e)]++
			}
		}
	}
	for i := range many {
		if n := sent[fmt.Sprint("message ", i)]; n != 1 {
			t.Errorf("message %d was sent %d times", i, n)
		}
	}
}

func textOf(e chat.Event) string {
	var m chat.Message
	if err := json.Unmarshal(e.Payload, &m); err != nil {
		panic(err)
	}
	return m.Text
}
