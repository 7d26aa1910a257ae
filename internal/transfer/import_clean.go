package transfer

import (
	"cmp"
	"strings"

	"taut/chat"
	"taut/store"
)

// clean puts what an export says of a user through the checks that people's own
// input goes through: a file may say anything. What it changes is noted.
func (i *running) clean(u *store.ImportedUser) {
	where := string(u.ID)
	if !chat.ValidHandle(u.Name) {
		name := handleOf(u.Name)
		if !chat.ValidHandle(name) { // one that means everybody
			name = clip(name, 70) + "-imported"
		}
		i.report.note(OddText, where, "name → "+name)
		u.Name = name
	}
	if u.Email != "" && !chat.ValidEmail(u.Email) {
		i.report.note(OddText, where, "email")
		u.Email = ""
	}
	for _, f := range []struct {
		name string
		text *string
		most int
	}{
		{"real_name", &u.RealName, 200}, {"display_name", &u.DisplayName, 80}, {"title", &u.Title, 1020},
		{"status_text", &u.StatusText, 400}, {"status_emoji", &u.StatusEmoji, 400}, {"bot name", &u.Bot.Name, 200},
	} {
		if text := line(*f.text, f.most); text != *f.text {
			i.report.note(OddText, where, f.name)
			*f.text = text
		}
	}
}

// cleanChannel does so for a conversation.
func (i *running) cleanChannel(c *chat.Channel) {
	if c.Type != chat.PublicChannel && c.Type != chat.PrivateChannel {
		return
	}
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r <= ' ' || strings.ContainsRune(`/\<>&#@"'`, r) || !chat.ValidText(string(r)) {
			return '_'
		}
		return r
	}, c.Name), ".")
	if name = cmp.Or(name, strings.ToLower(string(c.ID))); name != c.Name {
		i.report.note(OddText, string(c.ID), "channel name → "+name)
		c.Name = name
	}
}

// line is the text without what chat.ValidText refuses, and no longer than most bytes.
func line(text string, most int) string {
	if !chat.ValidText(text) {
		text = strings.TrimSpace(strings.Map(func(r rune) rune {
			if !chat.ValidText(string(r)) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(text, "")))
	}
	return clip(text, most)
}
