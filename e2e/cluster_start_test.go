//go:build e2e && mariadb

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taut/internal/history"
)

// says waits until the process has logged a text.
func (s *server) says(text string) {
	s.t.Helper()
	eventually(s.t, fmt.Sprintf("%s says %q", s.name, text), func() error {
		all, err := os.ReadFile(s.log.Name())
		if err == nil && !strings.Contains(string(all), text) {
			err = fmt.Errorf("its last words: %s", s.tail())
		}
		return err
	})
}

// unready waits until the process answers, and is not ready.
func (s *server) unready() {
	s.t.Helper()
	eventually(s.t, s.name+" is not ready", func() error {
		err := s.ready()
		if err == nil {
			return fmt.Errorf("it is")
		}
		if strings.Contains(err.Error(), http.StatusText(http.StatusServiceUnavailable)) {
			return nil
		}
		return err
	})
}

// TestClusterLacksSomething starts nodes that lack what they need: most of the registry,
// any channel server, a certificate of the cluster, the schema that they know. Each
// says so and waits or ends, what clients say meanwhile is kept, and comes to everybody
// when all is there.
func TestClusterLacksSomething(t *testing.T) {
	n := database(t)
	n.gateways("gate", "webapi", "gateway", "ring")
	space := n.seed()
	channel, author := space.Channels[0].ID, space.Users[1]
	record := &history.Recorder{}

	alone := n.gates[0]
	alone.launch()
	alone.says("connection refused") // by the other members
	alone.unready()
	post := func(s *server, key string) {
		t.Helper()
		eventually(t, "a message is taken", func() error {
			_, err := s.caller(author.Token).post(t.Context(), channel, key)
			return err
		})
	}
	post(alone, "without-a-registry")
	reader := read(t, n.gates[1], record, "reader", space.Users[0].ID, space.Users[0].Token, channel)

	for _, s := range n.gates[1:] {
		s.launch()
	}
	for _, s := range n.gates {
		s.unready()
	}
	post(n.gates[2], "without-a-channel-server")

	stranger := &nodes{t: t, dsn: n.dsn, certs: filepath.Join(t.TempDir(), "others"), members: n.members, etcd: n.etcd}
	foreign := newServer(t, "")
	foreign.taut("cert", "authority", "--folder", stranger.certs, "--cluster", "acme")
	stranger.configure(foreign, "owner", "", "channelserver")
	foreign.launch()
	foreign.says("certificate signed by unknown authority")
	foreign.unready()

	owner := newServer(t, "")
	n.configure(owner, "owner", "", "channelserver")
	if err := n.db.Exec("INSERT INTO " + n.schema() + ".schema_version (version) VALUES (9999)"); err != nil {
		t.Fatal(err)
	}
	owner.launch()
	owner.says("schema version 9999, this program knows up to")
	<-owner.exited
	if owner.cmd.ProcessState.Success() {
		t.Error("it ended as if all were well")
	}
	if err := n.db.Exec("DELETE FROM " + n.schema() + ".schema_version WHERE version = 9999"); err != nil {
		t.Fatal(err)
	}
	owner.start()
	for _, s := range n.gates {
		s.await()
	}
	post(n.gates[1], "with-everything")
	eventually(t, "all that was said is there", func() error {
		if got := reader.messages(channel); got != 3 {
			return fmt.Errorf("%d messages", got)
		}
		return nil
	})
	reader.close()
	reader.check(t)
	foreign.kill()
	stopAll(append(n.gates, owner))
}

// schema is the name of the nodes' database.
func (n *nodes) schema() string { return n.dsn[strings.LastIndex(n.dsn, "/")+1:] }

// messages is how many different ones the reader was shown in a channel.
func (c *reader) messages(channel string) int {
	shown := map[string]bool{}
	for _, rec := range c.record.Records() {
		if rec.Kind == history.See && string(rec.Stream) == channel && rec.Key != "" {
			shown[rec.Key] = true
		}
	}
	return len(shown)
}
