package webapi

import (
	"strings"
	"testing"
)

// FuzzConversations calls any method of these families with any arguments: each
// gets one of Slack's answers, never our fault.
func FuzzConversations(f *testing.F) {
	w := newWorld(f)
	w.server.presence = newDoorbell()
	a := w.acme
	methods := []method{}
	for _, family := range [][]method{w.server.conversationsMethods(), w.server.usersMethods(), w.server.teamMethods()} {
		methods = append(methods, family...)
	}
	people := []person{a.ada, a.bob, a.eve, a.guest, a.owner, a.robot, w.other.ada}
	for i := range methods {
		f.Add(uint8(i), uint8(i), string(a.public), "1.000000", "x", "1")
		f.Add(uint8(i), uint8(0), string(a.dm), "0", string(a.bob.id), "true")
		f.Add(uint8(i), uint8(2), "", "99999999999.9999999", "a,b,,c", "-1")
		f.Add(uint8(i), uint8(1), string(a.private), "\x00\xff", "{\"a\":[1]}", "9999999999999999999999")
	}
	f.Fuzz(func(t *testing.T, m, who uint8, channel, time, name, flag string) {
		method := methods[int(m)%len(methods)].name
		got := w.call(t, people[int(who)%len(people)], method,
			"channel", channel, "ts", time, "oldest", time, "latest", time, "inclusive", flag, "limit", flag, "force", flag,
			"name", name, "value", time, "topic", name, "purpose", name, "user", name, "users", name, "types", name, "email", name,
			"presence", name, "profile", name, "is_private", flag, "return_im", flag, "bot", name)
		if name := got.text("error"); name == "internal_error" || got["ok"] != true && (name == "" || strings.Contains(name, " ")) {
			t.Errorf("%s answers %v", method, got)
		}
		// With a cursor the rest of the arguments must not matter for its check.
		if got := w.call(t, a.ada, "conversations.history", "channel", a.public, "cursor", name, "latest", time); got.text("error") == "internal_error" {
			t.Errorf("history answers %v", got)
		}
	})
}
