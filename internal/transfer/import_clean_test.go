package transfer

import (
	"strings"
	"testing"

	"taut/chat"
	"taut/store"
)

func TestImportedValuesAreCleaned(t *testing.T) {
	i := &running{report: &Report{}}
	u := store.ImportedUser{User: chat.User{
		ID: "U1", Name: "a\r\nb", Email: "a@example.com\r\nBcc: b@example.com", RealName: "A\x00\u202eB", Title: strings.Repeat("x", 100_000),
	}}
	i.clean(&u)
	if u.Name != "a__b" || u.Email != "" || u.RealName != "A  B" || len(u.Title) != 1020 || i.report.Odd[OddText] != 4 {
		t.Errorf("cleaned: %.300v, %v", u.User, i.report.Notes)
	}
	u = store.ImportedUser{User: chat.User{ID: "U2", Name: "channel", Email: "a@example.com", RealName: "Zoë", Title: "CEO"}}
	i.clean(&u)
	if u.Name != "channel-imported" || u.Email != "a@example.com" || u.RealName != "Zoë" {
		t.Errorf("cleaned: %+v", u.User)
	}
	c := chat.Channel{ID: "C1", Type: chat.PublicChannel, Name: "../../etc\n"}
	i.cleanChannel(&c)
	if strings.ContainsAny(c.Name, "/\n") || strings.HasPrefix(c.Name, ".") {
		t.Errorf("the channel is %q", c.Name)
	}
}
