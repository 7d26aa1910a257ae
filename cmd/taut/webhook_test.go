package main

import (
	"net/http"
	"strings"
	"testing"
)

// A webhook that was made beside a running server posts there; one that was made
// without it has the URL that was named.
func TestWebhookAdd(t *testing.T) {
	data := t.TempDir()
	must(t, "workspace", "create", "--data", data, "--domain", "acme")
	var made webhookURL
	decode(t, must(t, "webhook", "add", "--data", data, "--channel", "general", "--public-url", "https://chat.example.com/", "--json"), &made)
	if !strings.HasPrefix(made.URL, "https://chat.example.com/services/T") || made.Channel == "" {
		t.Errorf("made %+v", made)
	}
	if _, err := taut(t, "webhook", "add", "--data", data, "--channel", "nowhere"); err == nil || !strings.Contains(err.Error(), "no channel nowhere") {
		t.Errorf("to no channel: %v", err)
	}
	_, stop := serving(t, data)
	defer stop()
	decode(t, must(t, "webhook", "add", "--data", data, "--channel", "#general", "--name", "deploys", "--json"), &made)
	r, err := http.Post(made.URL, "application/json", strings.NewReader(`{"text":"hello"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		t.Errorf("a post: %s", r.Status)
	}
}
