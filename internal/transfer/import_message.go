package transfer

import (
	"encoding/json"
	"fmt"
	"slices"

	"taut/chat"
	"taut/store"
)

// messageHead is what puts a message in its place.
type messageHead struct {
	TS      json.RawMessage `json:"ts"`
	Subtype string          `json:"subtype"`
}

// message makes the log's message out of the export's; what it can't take over is
// noted in the batch.
func (i *running) message(raw []byte, channel chat.Channel, b *batch) (store.ImportedMessage, error) {
	r, err := readMessage(rewrite(raw, i.other))
	if err != nil {
		return store.ImportedMessage{}, err
	}
	m := store.ImportedMessage{Message: r.Message}
	where := string(channel.ID) + " " + m.TS.String()
	if r.Comment != nil && m.User == "" {
		m.User = r.Comment.User
	}
	if m.User != slackbot && !i.here[m.User] {
		m.User = ""
	}
	if !mentionable(string(m.BotID), "B") {
		m.BotID = ""
	}
	m.Attachments, m.Files = chat.WebLinks(m.Attachments), chat.WebLinks(m.Files)
	m.Author = m.User
	if m.Author == "" {
		m.Author = i.botUsers[m.BotID]
	}
	m.Reactions = i.reactions(m.Reactions, where, b)
	if m.Subtype == "" || m.Subtype == chat.SubtypeThreadBroadcast || m.Subtype == chat.SubtypeBot {
		mentions := chat.Mentions(m.Text)
		m.MentionUsers, m.MentionAll = mentions.Users, mentions.All()
	}
	if m.Root != nil {
		m.Root.Channel, m.Root.EventTS = "", 0
	}
	return m, nil
}

// reactions keeps those of people of the export, each under the emoji's first name,
// as those that are made here are.
func (i *running) reactions(all []chat.Reaction, where string, b *batch) []chat.Reaction {
	var kept []chat.Reaction
	for _, r := range all {
		users := slices.DeleteFunc(r.Users, func(u chat.UserID) bool { return !i.here[u] })
		if lost := max(r.Count, 1) - len(users); lost > 0 {
			b.notes = append(b.notes, Note{OddReaction, where, fmt.Sprintf("%d × %s", lost, clip(r.Name, maxEmojiName))})
		}
		if r.Name == "" || len(r.Name) > maxEmojiName || len(users) == 0 {
			continue
		}
		name := chat.FirstEmojiName(r.Name)
		at := slices.IndexFunc(kept, func(k chat.Reaction) bool { return k.Name == name })
		if at < 0 {
			at = len(kept)
			kept = append(kept, chat.Reaction{Name: name})
		}
		kept[at].Users = append(kept[at].Users, users...)
	}
	for n := range kept {
		kept[n].Users = eachOnce(kept[n].Users)
	}
	return kept
}

// eachOnce keeps the first of those that are the same.
func eachOnce(users []chat.UserID) []chat.UserID {
	seen := make(map[chat.UserID]bool, len(users))
	return slices.DeleteFunc(users, func(u chat.UserID) bool {
		twice := seen[u]
		seen[u] = true
		return twice
	})
}

const maxEmojiName = 100
