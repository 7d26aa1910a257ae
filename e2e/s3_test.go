//go:build e2e && s3

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"taut/internal/testenv/s3"
)

// onS3 is a seeded server whose files are in a bucket, and the settings that say so.
func onS3(t *testing.T, flags ...string) (s *server, w workspace, settings string, bucket *s3.Server) {
	t.Helper()
	bucket, err := s3.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bucket.Remove() })
	s = newServer(t, "")
	w = s.seed("acme", flags...)
	text, err := bucket.Settings(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	settings = filepath.Join(s.dir, "taut.toml")
	text = fmt.Sprintf("data = %q\nlisten = %q\nops_listen = %q\npublic_url = %q\n", s.data(), s.listen, s.ops, s.url()) + text
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.args = []string{"--config", settings}
	s.start()
	return s, w, settings, bucket
}

// TestSDKsWithFilesInABucket: for a program nothing is different.
func TestSDKsWithFilesInABucket(t *testing.T) {
	s, w, settings, bucket := onS3(t, "--users", "4", "--channels", "1")
	owner := w.Users[0]
	listener := node(t, s, w.Users[1].ID, w.Users[1].Token)
	channel := listener.must(t, "conversations.create", object{"name": "families"}).text("channel", "id")
	listener.must(t, "conversations.invite", object{"channel": channel, "users": owner.ID})
	for _, client := range []*sdk{
		slackGo(t, s, owner.ID, owner.Token), node(t, s, owner.ID, owner.Token), pythonCalls(t, s, owner.ID, owner.Token),
	} {
		f := &family{s, w, client, listener, channel}
		for _, size := range []int64{0, 1, 20 << 20} {
			if size == 0 && client.name == "slack-go" {
				continue // see files
			}
			t.Run(fmt.Sprint(client.name, ", ", size, " bytes"), func(t *testing.T) { f.file(t, size) })
		}
		t.Run(client.name+", photo", f.photo)
	}

	page, err := http.Get(s.url() + "/")
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") {
		t.Errorf("the page's policy is %q", policy)
	}
	said := s.taut("doctor", "--config", settings, "--json")
	if !strings.Contains(said, "taut-files at "+bucket.Endpoint()+" takes and gives objects") || !strings.Contains(said, "browsers may send files there") {
		t.Errorf("doctor says %s", said)
	}
}
