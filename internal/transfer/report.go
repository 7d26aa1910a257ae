package transfer

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"taut/chat"
)

// Report tells what an import did, and what of the export it could not map.
type Report struct {
	Workspace chat.WorkspaceID `json:"workspace"`
	Domain    string           `json:"domain"`
	Source    string           `json:"source"` // the workspace as the export names it
	Created   bool             `json:"created"`

	Users        int `json:"users"`
	Placeholders int `json:"placeholders"` // of the users: those whom the export only mentions
	Bots         int `json:"bots"`
	Merged       int `json:"merged"` // users who were there already, by e-mail address
	Channels     int `json:"channels"`
	Messages     int `json:"messages"`
	Present      int `json:"present"` // messages that an earlier run brought
	Pins         int `json:"pins"`
	Files        int `json:"files"`

	// Odd counts what is not as in the export, by kind; Notes tells of each, the
	// first maxNotes of a kind.
	Odd   map[Oddity]int    `json:"odd"`
	Notes []Note            `json:"notes"`
	IDs   map[string]string `json:"ids"` // those that are others than in the export

	Seconds float64 `json:"seconds"`
}

// Oddity is a kind of thing that an import could not take over as it was.
type Oddity string

// The kinds of oddities.
const (
	OddEntry     Oddity = "a file of the zip was ignored"
	OddFolder    Oddity = "a folder belongs to no channel"
	OddRecord    Oddity = "an entry could not be read"
	OddField     Oddity = "a field could not be read and was left out"
	OddMessage   Oddity = "a message could not be mapped"
	OddDuplicate Oddity = "a message was there twice"
	OddOrphan    Oddity = "a reply's first message is missing; it stands for itself"
	OddLate      Oddity = "a message is older than what was written here since"
	OddCut       Oddity = "a message was too large and lost attachments, blocks or text"
	OddName      Oddity = "a name was taken"
	OddText      Oddity = "a value was none that may be, and was changed"
	OddEmail     Oddity = "an e-mail address was taken"
	OddRole      Oddity = "a role was not given in a workspace that is in use"
	OddFile      Oddity = "a file's bytes are not in the export"
	OddPin       Oddity = "a pin could not be mapped"
	OddReaction  Oddity = "a reaction could not be mapped"
	OddOwner     Oddity = "the export has no owner"
)

// maxNotes is how many notes of a kind are kept.
const maxNotes = 1000

// Note is one oddity.
type Note struct {
	Kind  Oddity `json:"kind"`
	Where string `json:"where"`
	What  string `json:"what,omitempty"`
}

func (r *Report) note(kind Oddity, where, what string) {
	if r.Odd == nil {
		r.Odd = map[Oddity]int{}
	}
	r.Odd[kind]++
	if r.Odd[kind] <= maxNotes {
		r.Notes = append(r.Notes, Note{kind, where, what})
	}
}

// Brief is the report without what may be long.
func (r Report) Brief() Report {
	r.Notes, r.IDs = nil, nil
	return r
}

// Write writes all of the report to a file, as JSON. It may name people, so that
// only its owner reads it.
func (r Report) Write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

// Print writes the summary for people.
func (r Report) Print(w io.Writer) {
	fmt.Fprintf(w, "workspace %s (%s)\n", r.Domain, r.Workspace)
	fmt.Fprintf(w, "%9d users, %d of them placeholders; %d bots; %d were here already\n", r.Users, r.Placeholders, r.Bots, r.Merged)
	fmt.Fprintf(w, "%9d channels\n", r.Channels)
	fmt.Fprintf(w, "%9d messages, %d pins, %d files; %d messages had been imported before\n", r.Messages, r.Pins, r.Files, r.Present)
	for _, kind := range slices.Sorted(maps.Keys(r.Odd)) {
		fmt.Fprintf(w, "%9d × %s\n", r.Odd[kind], kind)
	}
	fmt.Fprintf(w, "took %s\n", time.Duration(r.Seconds*float64(time.Second)).Round(time.Millisecond))
}
