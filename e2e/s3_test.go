//go:build e2e && s3

package e2e

import (
	"bytes"
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

// TestFilesPastTheServer: who asks for it sends the bytes to the bucket itself. While
// the bucket is away, messages go on, and uploads are told to come again.
func TestFilesPastTheServer(t *testing.T) {
	s, w, _, bucket := onS3(t, "--users", "2", "--channels", "1")
	sdk := node(t, s, w.Users[0].ID, w.Users[0].Token)
	body := []byte("past the server")
	begin := func() object {
		return sdk.must(t, "files.getUploadURLExternal", object{"filename": "a.txt", "length": len(body), "direct": true})
	}
	begun := begin()
	to, _ := begun.at("direct").(map[string]any)
	if !strings.HasPrefix(fmt.Sprint(to["url"]), bucket.Endpoint()) {
		t.Fatalf("begun: %v", begun)
	}
	if status := sendTo(t, http.MethodPut, fmt.Sprint(to["url"]), body); status != http.StatusOK {
		t.Fatalf("the bucket says %d", status)
	}
	channel := sdk.must(t, "conversations.create", object{"name": "direct"}).text("channel", "id")
	file := object{"files": `[{"id":"` + begun.text("file_id") + `"}]`, "channel_id": channel}
	sdk.must(t, "files.completeUploadExternal", file)
	sdk.must(t, "files.completeUploadExternal", file)
	got := filepath.Join(t.TempDir(), "got")
	info := sdk.must(t, "files.info", object{"file": begun.text("file_id")})
	sdk.act(t, object{"do": "download", "url": info.text("file", "url_private"), "path": got})
	if text, err := os.ReadFile(got); err != nil || !bytes.Equal(text, body) {
		t.Errorf("it came back as %q, %v", text, err)
	}
	shown := 0
	for _, m := range sdk.must(t, "conversations.history", object{"channel": channel}).list("messages") {
		shown += len(m.list("files"))
	}
	if shown != 1 {
		t.Errorf("%d messages show it", shown)
	}

	if err := bucket.Down(); err != nil {
		t.Fatal(err)
	}
	begun = begin()
	sdk.must(t, "chat.postMessage", object{"channel": channel, "text": "without a bucket"})
	if status := sendTo(t, http.MethodPost, begun.text("upload_url"), body); status != http.StatusServiceUnavailable {
		t.Errorf("without the bucket an upload is answered %d", status)
	}
	if err := bucket.Up(); err != nil {
		t.Fatal(err)
	}
	if status := sendTo(t, http.MethodPost, begun.text("upload_url"), body); status != http.StatusOK {
		t.Errorf("when it is back: %d", status)
	}
}

func sendTo(t *testing.T, method, url string, body []byte) (status int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/octet-stream")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
