// Package slackexport makes zips as Slack's exports are, for tests: all kinds of
// conversations and messages, and what is odd about exports that Slack and others
// have written over the years. It starts no goroutine.
package slackexport

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Export is an export to make.
type Export struct {
	Seed     uint64
	Messages int
	Channels int
	Users    int
	Base     string // a folder inside the zip, "" for none
	Plain    bool   // without what can't come back in an export of ours
	Team     string // the workspace's id; "" for one that may be kept
	Files    bool   // some messages have files
	// Begin is when the first messages were written, Days how many days they are
	// spread over.
	Begin time.Time
	Days  int
}

// object is a JSON object.
type object = map[string]any

// Writer writes the zip's files.
type Writer struct {
	t    testing.TB
	zip  *zip.Writer
	base string
}

// Put writes a file: a text as it is, anything else as JSON.
func (w *Writer) Put(name string, v any) {
	w.t.Helper()
	text, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		if err != nil {
			w.t.Fatal(err)
		}
		text = string(b)
	}
	f, err := w.zip.Create(w.base + name)
	if err == nil {
		_, err = f.Write([]byte(text))
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// Zip makes a zip of what write puts into it.
func Zip(t testing.TB, base string, write func(*Writer)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "export.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := &Writer{t, zip.NewWriter(f), base}
	write(w)
	if err := w.zip.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Write makes the zip and gives its path.
func (e Export) Write(t testing.TB) string {
	if e.Team == "" {
		e.Team = "T0SLACKTEAM"
	}
	if e.Begin.IsZero() {
		e.Begin = time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	}
	if e.Days == 0 {
		e.Days = 30
	}
	return Zip(t, e.Base, func(w *Writer) {
		m := &maker{Export: e, w: w, random: rand.New(rand.NewPCG(e.Seed, 1))}
		m.all()
	})
}

type maker struct {
	Export
	w      *Writer
	random *rand.Rand
	people []string
	files  int
}

func (m *maker) all() {
	m.makeUsers()
	m.w.Put("integration_logs.json", []any{})
	m.w.Put("canvases.json", []any{})
	general := m.channel("C0000GENERA", "general", m.people)
	general["is_general"] = true
	channels := []any{general}
	each := max(1, m.Messages/(m.Channels+5))
	m.talk("general", each)
	for i := range m.Channels {
		id, name := fmt.Sprintf("C%010d", i), fmt.Sprintf("channel-%d", i)
		if i%3 == 1 {
			id = fmt.Sprintf("C%08d", i) // an older one
		}
		c := m.channel(id, name, m.people[:2+i%(len(m.people)-2)])
		c["is_archived"] = i%5 == 4
		channels = append(channels, c)
		pins := m.talk(name, each)
		c["pins"] = pins
	}
	m.w.Put("channels.json", channels)
	m.w.Put("groups.json", []any{m.channel("G00PRIVATE", "secret", m.people[:3])})
	m.talk("secret", each)
	m.w.Put("mpims.json", []any{m.channel("G0000000MPI", "mpdm-a--b--c-1", m.people[:3])})
	m.talk("mpdm-a--b--c-1", each)
	m.w.Put("dms.json", []any{
		object{"id": "D0000000001", "created": m.Begin.Unix(), "members": m.people[:2]},
		object{"id": "D0000000002", "created": 1, "members": []string{m.people[0]}},
		object{"id": "D0000000003", "created": 0, "members": []string{m.people[0], "USLACKBOT"}},
	})
	m.talk("D0000000001", each)
	m.talk("D0000000002", each)
	if !m.Plain {
		m.w.Put("no-channel/2021-03-01.json", []any{object{"type": "message", "ts": "1614556800.000100", "text": "lost"}})
		m.w.Put("__MACOSX/._channels.json", "rubbish")
		m.w.Put("../outside.json", "[]")
	}
}

func (m *maker) makeUsers() {
	var users []any
	for i := range m.Users {
		id := fmt.Sprintf("U%010d", i)
		if i%4 == 1 {
			id = fmt.Sprintf("U%08d", i)
		}
		u := object{
			"id": id, "team_id": m.Team, "name": fmt.Sprintf("person%d", i), "deleted": i > 2 && i%7 == 3, "real_name": fmt.Sprintf("Person %d", i),
			"tz": "Europe/Berlin", "is_primary_owner": i == 0, "is_owner": i == 0, "is_admin": i <= 1, "updated": m.Begin.Unix(),
			"is_restricted": i == 5, "color": "9f69e7",
			"profile": object{"email": fmt.Sprintf("person%d@example.com", i), "real_name": fmt.Sprintf("Person %d", i), "display_name": fmt.Sprintf("p%d", i), "title": "Engineer", "status_text": "", "team": m.Team},
		}
		if i == 6 && !m.Plain { // an address that somebody has
			u["profile"].(object)["email"] = "person0@example.com"
		}
		users = append(users, u)
		m.people = append(m.people, id)
	}
	users = append(users, object{
		"id": "U00000ROBOT", "team_id": m.Team, "name": "robot", "real_name": "Robot", "is_bot": true, "updated": m.Begin.Unix(),
		"profile": object{"bot_id": "B0000000001", "api_app_id": "A0000000001", "real_name": "Robot", "team": m.Team},
	})
	text, _ := json.Marshal(users)
	m.w.Put("users.json", "\xef\xbb\xbf"+string(text))
}

func (m *maker) channel(id, name string, members []string) object {
	return object{
		"id": id, "name": name, "created": m.Begin.Unix(), "creator": m.people[0], "is_archived": false, "is_general": false, "members": members,
		"topic":   object{"value": "About " + name, "creator": m.people[1], "last_set": m.Begin.Unix()},
		"purpose": object{"value": "", "creator": "", "last_set": 0},
	}
}

// talk makes a conversation's days, and gives pins.
func (m *maker) talk(folder string, count int) []any {
	var pins []any
	step := time.Duration(m.Days) * 24 * time.Hour / time.Duration(count+1)
	at := m.Begin
	byDay := map[string][]any{}
	var roots []object
	for i := range count {
		at = at.Add(step/2 + time.Duration(m.random.Int64N(int64(step))))
		msg := m.message(i, fmt.Sprintf("%d.%06d", at.Unix(), i%1_000_000))
		if len(roots) > 0 && msg["subtype"] == nil && m.random.IntN(3) == 0 {
			m.reply(msg, roots[m.random.IntN(len(roots))])
		} else if msg["subtype"] == nil {
			roots = append(roots, msg)
			if len(roots) > 20 {
				roots = roots[1:]
			}
		}
		if i%50 == 7 {
			pins = append(pins, object{"id": msg["ts"], "type": "C", "created": at.Unix(), "user": m.people[0], "owner": msg["user"]})
		}
		day := at.Format(time.DateOnly)
		byDay[day] = append(byDay[day], msg)
		if !m.Plain {
			byDay[day] = append(byDay[day], m.oddities(i, msg)...)
		}
	}
	for day, messages := range byDay {
		m.w.Put(folder+"/"+day+".json", messages)
	}
	return pins
}

func (m *maker) reply(msg, root object) {
	msg["thread_ts"], msg["parent_user_id"] = root["ts"], root["user"]
	root["thread_ts"] = root["ts"]
	replies, _ := root["replies"].([]any)
	root["replies"] = append(replies, object{"user": msg["user"], "ts": msg["ts"]})
	root["reply_count"] = len(replies) + 1
	root["latest_reply"] = msg["ts"]
	if m.random.IntN(10) == 0 {
		msg["subtype"] = "thread_broadcast"
		msg["root"] = object{"type": "message", "user": root["user"], "text": root["text"], "ts": root["ts"], "thread_ts": root["ts"]}
	}
}

func (m *maker) person() string { return m.people[m.random.IntN(len(m.people))] }

func (m *maker) message(i int, ts string) object {
	author := m.person()
	msg := object{"type": "message", "user": author, "ts": ts, "team": m.Team, "user_team": m.Team, "source_team": m.Team,
		"client_msg_id": fmt.Sprintf("00000000-0000-4000-8000-%012d", i),
		"text":          fmt.Sprintf("Message %d to <@%s> &amp; all, see <https://example.com/%d|the page> in <#C0000000000|channel-0>", i, m.person(), i),
		"user_profile":  object{"name": "someone", "real_name": "Some One", "display_name": "some", "team": m.Team},
		"blocks": []any{object{"type": "rich_text", "block_id": "b" + fmt.Sprint(i), "elements": []any{object{"type": "rich_text_section",
			"elements": []any{object{"type": "text", "text": "Message"}, object{"type": "user", "user_id": m.person()}}}}}},
	}
	switch i % 20 {
	case 3:
		msg["reactions"] = []any{object{"name": "+1::skin-tone-2", "users": []string{m.people[0], m.people[1]}, "count": 2}, object{"name": "tada", "users": []string{author}, "count": 1}}
	case 5:
		msg["edited"] = object{"user": author, "ts": ts}
	case 9:
		msg["subtype"], msg["text"] = "channel_join", "<@"+author+"> has joined the channel"
	case 11:
		delete(msg, "user")
		delete(msg, "user_profile")
		msg["subtype"], msg["bot_id"], msg["username"], msg["text"] = "bot_message", "B0000000001", "Robot", "beep"
		msg["attachments"] = []any{object{"fallback": "f", "text": "an attachment", "id": 1}}
	case 13:
		msg["subtype"] = "me_message"
	case 14:
		if m.Files && m.files < 400 {
			m.attach(msg, i)
		}
	case 15:
		msg["subtype"], msg["topic"] = "channel_topic", "a topic"
	}
	return msg
}

// oddities follow a message now and then.
func (m *maker) oddities(i int, msg object) []any {
	ts := msg["ts"].(string)
	switch i % 40 {
	case 2:
		return []any{object{"type": "message", "user": m.people[0], "text": "at the same moment", "ts": ts}} // another one
	case 4:
		return []any{msg} // the same again
	case 6:
		return []any{object{"type": "message", "user": "U0STRANGER1", "text": "I am in no list", "ts": ts[:len(ts)-1] + "9", "user_profile": object{"name": "stranger", "real_name": "A Stranger"}}}
	case 8:
		return []any{object{"type": "message", "subtype": "bot_message", "bot_id": "B00000HOOK1", "username": "hook", "text": "from a hook", "ts": ts[:len(ts)-1] + "8", "icons": object{"emoji": ":ghost:"}}}
	case 10:
		return []any{object{"type": "message", "user": m.people[0], "text": "an orphan", "ts": ts[:len(ts)-1] + "7", "thread_ts": "1500000000.000001", "parent_user_id": m.people[1]}}
	case 12:
		return []any{object{"type": "message", "subtype": "file_comment", "text": "commented", "ts": ts[:len(ts)-1] + "6", "comment": object{"id": "Fc1", "user": m.people[1], "comment": "nice"},
			"file": object{"id": "F0000000001", "name": "a.png", "url_private": "https://files.slack.com/a.png?t=xoxe-1"}}}
	case 14:
		return []any{object{"type": "message", "user": m.people[0], "text": 7, "ts": ts[:len(ts)-1] + "5", "reactions": "none"}, object{"type": "message", "text": "without a ts"}, nil}
	case 16:
		return []any{object{"type": "message", "subtype": "huddle_thread", "user": "USLACKBOT", "text": "A huddle started", "ts": ts[:len(ts)-1] + "4", "room": object{"id": "R1"}}}
	}
	return nil
}

// File is what the bytes of the n-th file of an export are.
func File(n int) string { return fmt.Sprintf("the bytes of file %d\n", n) }

// attach gives a message a file; of every other one the zip has the bytes.
func (m *maker) attach(msg object, n int) {
	id := fmt.Sprintf("F%010d", m.files)
	name := fmt.Sprintf("file %d.txt", n)
	msg["files"] = []any{object{"id": id, "name": name, "title": name, "mimetype": "text/plain", "filetype": "text", "user": msg["user"], "created": m.Begin.Unix(), "mode": "hosted",
		"size": len(File(m.files)), "url_private": "https://files.slack.com/files-pri/" + m.Team + "-" + id + "/x?t=xoxe-1"}}
	msg["upload"] = true
	if m.files%2 == 0 {
		m.w.Put("__uploads/"+id+"/"+name, File(m.files))
	}
	m.files++
}
