package webapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
	"taut/edgecache"
	"taut/internal/testenv"
	"taut/store"
)

// BenchmarkBoot is what a client of a large workspace is given at its start: slim, with
// the people whom it shows first, or whole, with all users and public channels, as Slack's
// old boot had them. TAUT_BOOT_USERS is of how many people: 32,000 for docs/benchmarks.md.
func BenchmarkBoot(b *testing.B) {
	users, err := strconv.Atoi(cmp.Or(os.Getenv("TAUT_BOOT_USERS"), "1000"))
	must(b, err)
	s := testenv.Open(b)
	spec := store.Seed{Domain: "large", Name: "Large", Channels: 200, MembersPerChannel: 20}
	for n := range users {
		spec.Users = append(spec.Users, store.SeedUser{Name: fmt.Sprint("user", n), RealName: fmt.Sprint("User Number ", n), Email: fmt.Sprintf("user%d@example.com", n)})
	}
	seeded, err := s.Seed(b.Context(), spec)
	must(b, err)
	ada := seeded.Users[1]
	w := s.Workspace(seeded.Workspace.ID)
	for n := 2; n <= 21; n++ {
		_, _, err := w.OpenDM(b.Context(), []chat.UserID{ada.ID, seeded.Users[n].ID})
		must(b, err)
	}
	for _, c := range seeded.Channels[:20] {
		if _, err := w.Join(b.Context(), c.ID, ada.ID, ""); err != nil && chat.CodeOf(err) != chat.Exists {
			b.Fatal(err)
		}
	}
	token, err := auth.NewToken(chat.UserToken, w.ID(), ada.ID)
	must(b, err)
	_, err = w.CreateToken(b.Context(), store.NewToken{Hash: auth.HashToken(token), Type: chat.UserToken, User: ada.ID, Scopes: []string{auth.EveryScope}})
	must(b, err)
	service, err := auth.New(b.Context(), s, prometheus.NewRegistry())
	must(b, err)
	cache := edgecache.New(s, edgecache.Options{})
	b.Cleanup(cache.Close)
	server := New(Config{Store: s, Auth: service, PublicURL: "https://taut.example", Log: slog.New(slog.DiscardHandler), Directory: edgecache.WithStore(cache, s, nil)})
	ask := func(b *testing.B, method, args string) (bytes int, next string) {
		r := post("/api/"+method, "application/x-www-form-urlencoded", args)
		r.Header.Set("Authorization", "Bearer "+token)
		answered := httptest.NewRecorder()
		server.ServeHTTP(answered, r)
		var page struct {
			OK       bool `json:"ok"`
			Metadata *struct {
				Next string `json:"next_cursor"`
			} `json:"response_metadata"`
		}
		bytes = answered.Body.Len()
		if err := json.Unmarshal(answered.Body.Bytes(), &page); err != nil || !page.OK {
			b.Fatalf("%s: %v, %.200s", method, err, answered.Body)
		}
		if page.Metadata != nil {
			next = page.Metadata.Next
		}
		return bytes, next
	}
	all := func(b *testing.B, method, args string) (sum int) {
		for cursor := ""; ; {
			bytes, next := ask(b, method, args+"&cursor="+url.QueryEscape(cursor))
			if sum += bytes; next == "" {
				return sum
			}
			cursor = next
		}
	}
	b.Run("slim", func(b *testing.B) {
		bytes := 0
		for b.Loop() {
			bytes, _ = ask(b, "client.userBoot", "include_users=true")
		}
		b.ReportMetric(float64(bytes), "bytes")
	})
	b.Run("whole", func(b *testing.B) {
		bytes := 0
		for b.Loop() {
			bytes, _ = ask(b, "client.userBoot", "")
			bytes += all(b, "users.list", "limit=1000") + all(b, "conversations.list", "limit=1000")
		}
		b.ReportMetric(float64(bytes), "bytes")
	})
	b.Run("found by name", func(b *testing.B) {
		bytes := 0
		for b.Loop() {
			bytes, _ = ask(b, "client.users", "query=7&limit=20")
		}
		b.ReportMetric(float64(bytes), "bytes")
	})
}
