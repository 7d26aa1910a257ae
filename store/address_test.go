package store_test

import (
	"encoding/json"
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// Pictures in events begin with the configured URL, or else with the listener's;
// where there is none of them, they are paths.
func TestURLsInEvents(t *testing.T) {
	for name, c := range map[string]struct{ public, listener, want string }{
		"none":       {"", "", ""},
		"listener":   {"", "http://localhost:8065", "http://localhost:8065"},
		"configured": {"https://chat.example.com/", "http://localhost:8065", "https://chat.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			s := testenv.Open(t, func(o *store.Options) { o.PublicURL = c.public })
			s.ServedAt(c.listener)
			team := testenv.NewTeam(t, s, 1)
			bot, _, err := team.CreateBot(t.Context(), store.NewBot{Name: "robot"})
			if err != nil {
				t.Fatal(err)
			}
			u, err := team.UpdateUser(t.Context(), team.Users[0].ID, func(u *chat.User) error { u.Title = "x"; return nil })
			if err != nil {
				t.Fatal(err)
			}
			user, icons := u.Profile().Image72, bot.Profile().Icons.Image48
			told := map[string]string{
				"team_join":   c.want + user, // of the owner, who is the first of all
				"user_change": c.want + user,
				"bot_added":   c.want + icons,
			}
			page, err := s.Read(t.Context(), chat.ReadRequest{Stream: team.Info.ID.Directory(), Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Events {
				var event struct {
					User struct{ Profile chat.ProfileObject }
					Bot  chat.BotObject
				}
				if want, ok := told[e.Type]; ok {
					if err := json.Unmarshal(e.Payload, &event); err != nil {
						t.Fatal(err)
					}
					if got := event.User.Profile.Image72 + event.Bot.Icons.Image48; got != want {
						t.Errorf("%s has %q, want %q", e.Type, got, want)
					}
					delete(told, e.Type)
				}
			}
			if len(told) > 0 {
				t.Errorf("not told: %v", told)
			}
		})
	}
}
