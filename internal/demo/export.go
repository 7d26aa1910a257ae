package demo

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"taut/chat"
)

// Domain is the demonstration's workspace.
const Domain = "crumb"

// company is what the workspace is called.
const company = "Crumb"

// joined is how long before now the company began.
const joined = 400 * 24 * time.Hour

// export writes the conversations as an export.
type export struct {
	zip  *zip.Writer
	now  time.Time
	all  []*conversation
	used map[chat.TS]bool
}

func writeExport(to io.Writer, now time.Time) error {
	all, err := read(now)
	if err != nil {
		return err
	}
	x := &export{zip: zip.NewWriter(to), now: now, all: all, used: map[chat.TS]bool{}}
	if err := x.everything(); err != nil {
		return err
	}
	return x.zip.Close()
}

func (x *export) everything() error {
	began := x.now.Add(-joined).Unix()
	var users []object
	for i := range people {
		users = append(users, people[i].record(began))
	}
	lists := map[string][]object{"channels.json": {}, "groups.json": {}, "dms.json": {}, "mpims.json": {}}
	for n, c := range x.all {
		// Slack's exports date a channel at its making.
		record := object{"id": c.id(n), "name": c.folder(n), "created": began, "creator": people[0].userID(), "members": ids(c.people),
			"is_general": c.name == "general", "topic": blurb(c.topic, began), "purpose": blurb(c.purpose, began)}
		pins, err := x.days(c, n)
		if err != nil {
			return err
		}
		record["pins"] = pins
		list := c.list()
		lists[list] = append(lists[list], record)
	}
	for name, list := range lists {
		if err := x.put(name, list); err != nil {
			return err
		}
	}
	return x.put("users.json", users)
}

func blurb(text string, at int64) object {
	return object{"value": text, "creator": people[0].userID(), "last_set": at}
}

func ids(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = called(name).userID()
	}
	return all
}

func (c *conversation) list() string {
	switch {
	case c.direct() && len(c.people) == 2:
		return "dms.json"
	case c.direct():
		return "mpims.json"
	case c.private:
		return "groups.json"
	}
	return "channels.json"
}

func (c *conversation) id(n int) string {
	letter := "C"
	if c.list() == "dms.json" {
		letter = "D"
	}
	return fmt.Sprintf("%s0CRUMB%04d", letter, n)
}

// folder is the conversation's in the export; of a DM that is its id.
func (c *conversation) folder(n int) string {
	switch c.list() {
	case "dms.json":
		return c.id(n)
	case "mpims.json":
		return "mpdm-" + strings.Join(c.people, "--") + "-1"
	}
	return c.name
}

// days writes a conversation's messages, and gives its pins.
func (x *export) days(c *conversation, n int) (pins []object, err error) {
	slices.SortStableFunc(c.messages, func(a, b *message) int { return a.at.Compare(b.at) })
	stamps := map[*message]chat.TS{}
	days := map[string][]object{}
	for _, m := range c.messages {
		stamps[m] = x.stamp(m.at)
		day := m.at.UTC().Format(time.DateOnly)
		days[day] = append(days[day], x.record(m, stamps))
		if m.pinned {
			pins = append(pins, object{"id": stamps[m].String(), "type": "C", "created": m.at.Unix() + 60, "user": people[0].userID(), "owner": called(m.who).userID()})
		}
		if m.file != nil {
			if err := x.putFile(m.file); err != nil {
				return nil, err
			}
		}
	}
	for day, messages := range days {
		if err := x.put(c.folder(n)+"/"+day+".json", messages); err != nil {
			return nil, err
		}
	}
	return pins, nil
}

// stamp is a ts that no other message has: a client keeps its messages by it.
func (x *export) stamp(at time.Time) chat.TS {
	ts := chat.MakeTS(at.UnixMilli(), 100)
	for x.used[ts] {
		ts++
	}
	x.used[ts] = true
	return ts
}

func (x *export) record(m *message, stamps map[*message]chat.TS) object {
	who := called(m.who)
	text := x.marked(m.text)
	record := object{"type": "message", "user": who.userID(), "text": text, "ts": stamps[m].String(), "blocks": chat.RichTextBlocks(text)}
	if who.bot {
		record["bot_id"], record["subtype"], record["username"] = "B"+who.key(), "bot_message", who.real
	}
	if m.root != nil {
		record["thread_ts"] = stamps[m.root].String()
	}
	if m.edited {
		record["edited"] = object{"user": who.userID(), "ts": chat.MakeTS(m.at.Add(2*time.Minute).UnixMilli(), 0).String()}
	}
	var reactions []object
	for _, r := range m.reactions {
		reactions = append(reactions, object{"name": r.emoji, "users": ids(r.people), "count": len(r.people)})
	}
	if reactions != nil {
		record["reactions"] = reactions
	}
	if f := m.file; f != nil {
		mime, short := f.kind()
		content, err := f.content()
		if err == nil {
			record["files"] = []object{{"id": f.id(), "name": f.name, "title": f.title, "mimetype": mime, "filetype": short, "user": called(f.who).userID(),
				"size": len(content), "created": m.at.Unix()}}
		}
	}
	return record
}

var (
	mention = regexp.MustCompile(`@([a-z]+)`)
	channel = regexp.MustCompile(`#([a-z0-9-]+)`)
	link    = regexp.MustCompile(`https://[^\s)]+`)
)

// marked is the text as Slack has it: mentions by id, links in angle brackets.
func (x *export) marked(text string) string {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	text = link.ReplaceAllString(text, "<$0>")
	text = mention.ReplaceAllStringFunc(text, func(at string) string {
		if p := called(at[1:]); p != nil {
			return "<@" + p.userID() + ">"
		}
		if at == "@here" {
			return "<!here>"
		}
		return at
	})
	return channel.ReplaceAllStringFunc(text, func(hash string) string {
		for n, c := range x.all {
			if c.name == hash[1:] {
				return "<#" + c.id(n) + "|" + c.name + ">"
			}
		}
		return hash
	})
}

func (x *export) put(name string, v any) error {
	w, err := x.zip.Create(name)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(v)
}

func (x *export) putFile(f *file) error {
	content, err := f.content()
	if err != nil {
		return err
	}
	w, err := x.zip.Create("__uploads/" + f.id() + "/" + f.name)
	if err == nil {
		_, err = w.Write(content)
	}
	return err
}
