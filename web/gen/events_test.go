package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// emittedBy says what makes the events of each type: structs, or functions that make maps.
var emittedBy = map[string][]string{
	"reaction_added reaction_removed":                                  {"store.reactionEvent"},
	"pin_added pin_removed":                                            {"store.pinEvent"},
	"bookmark_added bookmark_changed":                                  {"store.emitBookmark()"},
	"bookmark_removed":                                                 {"store.RemoveBookmark()"},
	"member_joined_channel":                                            {"store.emitJoin()", "store.membershipFields()"},
	"member_left_channel":                                              {"store.leave()", "store.membershipFields()"},
	"channel_joined group_joined mpim_joined im_created":               {"store.emitJoined()"},
	"channel_left group_left":                                          {"store.emitLeft()"},
	"im_open im_close mpim_open mpim_close":                            {"store.setDMOpen()"},
	"channel_created":                                                  {"store.listChannel()"},
	"channel_rename group_rename":                                      {"store.renameFields()"},
	"channel_archive channel_unarchive":                                {"store.tellChannelChange()"},
	"group_archive group_unarchive":                                    {"store.archiveEvents()"},
	"channel_convert_to_private channel_convert_to_public":             {"store.tellConverted()"},
	"channel_history_changed group_history_changed im_history_changed": {"store.emitHistoryChanged()"},
	"thread_marked thread_subscribed thread_unsubscribed":              {"store.applyThread()"},
	"user_change":                                                      {"store.updateUser()"},
	"team_join":                                                        {"store.listUser()"},
	"team_rename team_domain_change":                                   {"store.updateWorkspace()"},
	"team_pref_change":                                                 {"store.saveSettings()"},
	"pref_change":                                                      {"store.SetPref()"},
	"emoji_changed":                                                    {"store.AddEmoji()", "store.RemoveEmoji()"},
	"subteam_created":                                                  {"store.CreateUsergroup()"},
	"subteam_updated":                                                  {"store.writeGroup()"},
	"subteam_members_changed":                                          {"store.setGroupUsers()"},
	"subteam_self_added subteam_self_removed":                          {"store.applyGroup()"},
	"dnd_updated":                                                      {"store.SetSnooze()"},
	"dnd_updated_user":                                                 {"store.applyDND()"},
	"manual_presence_change":                                           {"store.SetAway()"},
	"draft_create draft_update draft_delete":                           {"store.writeDraft()"},
	"saved_cleared":                                                    {"store.ClearCompleted()"},
	"reminder_added":                                                   {"store.AddReminder()"},
	"reminder_completed":                                               {"store.CompleteReminder()"},
	"reminder_deleted":                                                 {"store.DeleteReminder()"},
	"reminder_fired":                                                   {"store.FireReminder()"},
	"file_created file_change file_public":                             {"store.emitFile()"},
	"file_shared file_unshared":                                        {"store.emitFile()", "store.share()"},
	"file_deleted":                                                     {"store.forgetIn()"},
}

// elsewhere are events whose keys are held against Go in another way: as the view that
// they are, or by package wire's own tests, as wire writes them by hand.
var elsewhere = []string{"message", "presence_change", "user_typing"}

// An event of EventMap's on one line, and the keys of an object without those of inner ones.
var (
	eventLine = regexp.MustCompile(`(?m)^  (\w+): (?:\{ (.+) \}(?: & MembershipKeys)?|\w+);$`)
	inner     = regexp.MustCompile(`\{[^{}]*\}`)
	inlineKey = regexp.MustCompile(`(\w+)\??: `)
)

// Whatever the client reads of an event is a key in one of the places that make it.
func TestEventsAreOfWhatGoMakes(t *testing.T) {
	goes := readSources(t, "chat", "store")
	text, err := os.ReadFile("../src/wire/events.ts")
	if err != nil {
		t.Fatal(err)
	}
	_, events, _ := strings.Cut(string(text), "export interface EventMap {\n")
	events, _, _ = strings.Cut(events, "\n}\n")
	makers := map[string][]string{}
	for types, by := range emittedBy {
		for _, event := range strings.Fields(types) {
			makers[event] = by
		}
	}
	for _, m := range eventLine.FindAllStringSubmatch(events, -1) {
		event := m[1]
		if m[2] == "" || slices.Contains(elsewhere, event) {
			continue
		}
		if makers[event] == nil {
			t.Errorf("nothing is said of who makes %s", event)
		}
		for _, key := range inlineKey.FindAllStringSubmatch(inner.ReplaceAllString(m[2], ""), -1) {
			made := slices.ContainsFunc(makers[event], func(maker string) bool {
				_, ok := goes.fields(t, maker)[key[1]]
				return ok
			})
			if !made {
				t.Errorf("%s.%s: there is no such key in %s", event, key[1], strings.Join(makers[event], ", "))
			}
		}
		delete(makers, event)
	}
	for event := range makers {
		t.Errorf("the client has no event %s", event)
	}
}

var sentLine = regexp.MustCompile(`(?m)^  \| \{ (type: "\w+".*) \}`)

// Each key that the client sends in a frame is one that the gateway reads.
func TestSentFramesAreRead(t *testing.T) {
	read := readSources(t, "chat", "wire").fields(t, "wire.ClientFrame")
	text, err := os.ReadFile("../src/wire/frames.ts")
	if err != nil {
		t.Fatal(err)
	}
	frames := sentLine.FindAllStringSubmatch(string(text), -1)
	if len(frames) == 0 {
		t.Fatal("the client sends no frame")
	}
	for _, frame := range frames {
		for _, key := range inlineKey.FindAllStringSubmatch(frame[1], -1) {
			if _, ok := read[key[1]]; !ok {
				t.Errorf("{%s}: the gateway reads no %s", frame[1], key[1])
			}
		}
	}
}
