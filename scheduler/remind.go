package scheduler

import (
	"encoding/json"

	"taut/chat"
	"taut/internal/when"
	"taut/store"
)

// reminding is what Slackbot says.
func reminding(r store.Reminder) chat.Message { return said("Reminder: " + r.Text) }

// remindingOf is what Slackbot says of a message that was saved.
func (s *Server) remindingOf(m store.Saved) chat.Message {
	text := "You asked to be reminded of a message in <#" + string(m.Channel) + ">."
	if s.publicURL != "" {
		text += " <" + chat.Permalink(s.publicURL, m.Channel, chat.Message{TS: m.TS}) + "|Open it>"
	}
	return said(text)
}

// said is a message of Slackbot's.
func said(text string) chat.Message {
	return chat.Message{Text: text, Blocks: chat.RichTextBlocks(text)}
}

// nextTime is when a reminder comes again; 0: never. What came while no server
// ran comes once.
func nextTime(r store.Reminder) int64 {
	if r.Recurrence == "" {
		return 0
	}
	var every when.Recurrence
	if json.Unmarshal([]byte(r.Recurrence), &every) != nil {
		return 0
	}
	return every.Next(chat.Now()).Unix()
}
