package transfer

import (
	"archive/zip"
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"taut/chat"
)

// survey is what a look through the whole export found: everything but the
// messages themselves. Whoever made it has read every file once, so that what is
// broken is known before anything is written.
type survey struct {
	archive  *archive
	source   string // the workspace's id in the export
	users    []*userRecord
	byID     map[string]*userRecord
	bots     map[string]*botRecord
	channels []*conversation
	known    map[string]bool // keys of channels
	files    map[string]bool // whose bytes are in the zip, and that messages show
	messages int
}

// conversation is a channel or DM with its days.
type conversation struct {
	channelRecord
	kind     chat.ChannelType
	folder   string
	days     []day
	first    chat.TS
	messages int
}

// day is a file of messages.
type day struct {
	file     *zip.File
	from, to chat.TS
	messages int
}

// botRecord is a bot of which messages speak. User is its own, where the export
// knows it.
type botRecord struct {
	id, name, user, app string
}

// takeSurvey reads all of the export.
func takeSurvey(ctx context.Context, a *archive, r *Report) (*survey, error) {
	s := &survey{archive: a, byID: map[string]*userRecord{}, bots: map[string]*botRecord{}, known: map[string]bool{}, files: map[string]bool{}}
	for _, name := range a.ignored {
		r.note(OddEntry, name, "")
	}
	if err := s.readUsers(r); err != nil {
		return nil, err
	}
	for _, list := range []struct {
		name string
		kind chat.ChannelType
	}{
		{"channels.json", chat.PublicChannel}, {"groups.json", chat.PrivateChannel}, {"mpims.json", chat.GroupDM}, {"dms.json", chat.DM},
	} {
		if err := s.readChannels(list.name, list.kind, r); err != nil {
			return nil, err
		}
	}
	s.findFolders(r)
	teams := map[string]int{}
	for _, c := range s.channels {
		if err := s.readDays(ctx, c, teams, r); err != nil {
			return nil, err
		}
	}
	s.name(teams)
	s.findGeneral()
	return s, nil
}

func (s *survey) readUsers(r *Report) error {
	all, err := s.archive.list("users.json")
	if err != nil {
		return err
	}
	for i, raw := range all {
		u := new(userRecord)
		whole, err := read(raw, u)
		if err != nil || !mentionable(u.ID, "UW") {
			r.note(OddRecord, fmt.Sprintf("users.json, %d", i+1), "a user without an id")
			continue
		}
		if !whole {
			r.note(OddField, "users.json, "+u.ID, "")
		}
		if s.byID[u.ID] != nil || u.ID == slackbot {
			continue
		}
		s.byID[u.ID] = u
		s.users = append(s.users, u)
		if b := u.Profile.BotID; u.IsBot && mentionable(string(b), "B") {
			s.bots[string(b)] = &botRecord{id: string(b), name: cmp.Or(u.RealName, u.Profile.RealName, u.Name), user: u.ID, app: string(u.Profile.APIAppID)}
		}
	}
	return nil
}

// slackbot speaks for the server itself and is nobody.
const slackbot = "USLACKBOT"

// mentionable tells whether id can be one.
func mentionable(id, kinds string) bool {
	if len(id) < 2 || len(id) > 32 || !strings.Contains(kinds, id[:1]) {
		return false
	}
	return !strings.ContainsFunc(id, func(c rune) bool { return c > 'Z' || !isIDByte(byte(c)) })
}

func (s *survey) readChannels(list string, kind chat.ChannelType, r *Report) error {
	all, err := s.archive.list(list)
	if err != nil {
		return err
	}
	for i, raw := range all {
		c := &conversation{kind: kind}
		whole, err := read(raw, &c.channelRecord)
		if err != nil || c.ID == "" && c.Name == "" {
			r.note(OddRecord, fmt.Sprintf("%s, %d", list, i+1), "a channel without id and name")
			continue
		}
		if !whole {
			r.note(OddField, list+", "+cmp.Or(c.ID, c.Name), "")
		}
		if s.known[c.key()] {
			r.note(OddRecord, fmt.Sprintf("%s, %d", list, i+1), "a channel for the second time")
			continue
		}
		c.Members = slices.DeleteFunc(c.Members, func(u chat.UserID) bool { return !mentionable(string(u), "UW") })
		for _, u := range append([]chat.UserID{c.Creator, c.Topic.Creator, c.Purpose.Creator}, c.Members...) {
			s.mention(u, nil)
		}
		s.known[c.key()] = true
		s.channels = append(s.channels, c)
	}
	return nil
}

// key is what the import knows a conversation by.
func (c *conversation) key() string {
	if mentionable(c.ID, "CDG") {
		return c.ID
	}
	return "C/" + c.Name
}

// mention makes sure that there is a record of a user: a placeholder where the
// export has none.
func (s *survey) mention(id chat.UserID, profile *profileRecord) {
	u := s.byID[string(id)]
	if u == nil {
		if !mentionable(string(id), "UW") || id == slackbot {
			return
		}
		u = &userRecord{ID: string(id), Deleted: true, Updated: placeholder}
		s.byID[u.ID] = u
		s.users = append(s.users, u)
	}
	if u.Updated == placeholder && profile != nil && u.Name == "" {
		u.Name, u.RealName, u.Profile.DisplayName = profile.Name, profile.RealName, profile.DisplayName
	}
}

// placeholder marks a record that the export doesn't have.
const placeholder number = -1

// findFolders gives each conversation its folder: the one named by its id, else by
// its name.
func (s *survey) findFolders(r *Report) {
	taken := map[string]bool{}
	for _, byName := range []bool{false, true} {
		for _, c := range s.channels {
			folder := c.ID
			if byName {
				folder = c.Name
			}
			if c.folder == "" && folder != "" && !taken[folder] && s.archive.days[folder] != nil {
				c.folder, taken[folder] = folder, true
			}
		}
	}
	var strange []string
	for folder := range s.archive.days {
		if !taken[folder] {
			strange = append(strange, folder)
		}
	}
	slices.Sort(strange)
	for _, folder := range strange {
		r.note(OddFolder, folder, fmt.Sprintf("%d days", len(s.archive.days[folder])))
	}
}

// readDays looks at each message of a conversation.
func (s *survey) readDays(ctx context.Context, c *conversation, teams map[string]int, r *Report) error {
	for _, f := range s.archive.days[c.folder] {
		if err := ctx.Err(); err != nil {
			return err
		}
		all, err := elements(f)
		if err != nil {
			return err
		}
		d := day{file: f}
		for i, raw := range all {
			m, err := readMessage(raw)
			if err != nil || unmappable(m.Subtype) {
				r.note(OddMessage, fmt.Sprintf("%s, %d", f.Name, i+1), whyNot(err, m))
				continue
			}
			d.count(m.TS)
			teams[string(m.Team)]++
			s.look(m)
		}
		if d.messages > 0 {
			c.days = append(c.days, d)
			c.messages += d.messages
		}
	}
	slices.SortStableFunc(c.days, func(a, b day) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(path.Base(a.file.Name), path.Base(b.file.Name)))
	})
	if len(c.days) > 0 {
		c.first = c.days[0].from
	}
	s.messages += c.messages
	return nil
}

func (d *day) count(ts chat.TS) {
	if d.messages == 0 || ts < d.from {
		d.from = ts
	}
	d.to = max(d.to, ts)
	d.messages++
}

// unmappable subtypes tell of other messages, which are there as they became.
func unmappable(subtype string) bool {
	return subtype == chat.SubtypeChanged || subtype == chat.SubtypeDeleted || subtype == chat.SubtypeReplied
}

func whyNot(err error, m *messageRecord) string {
	if err != nil {
		return err.Error()
	}
	return m.Subtype
}

// name finds what the export calls its workspace: the id that most users have.
func (s *survey) name(teams map[string]int) {
	for _, u := range s.users {
		teams[u.TeamID] += 1 + s.messages
	}
	most := 0
	for id, n := range teams {
		if mentionable(id, "T") && (n > most || n == most && id < s.source) {
			s.source, most = id, n
		}
	}
	if s.source == "" {
		s.source = "T/unnamed"
	}
}

// findGeneral makes sure that there is one channel for everybody.
func (s *survey) findGeneral() {
	var general *conversation
	for _, c := range s.channels {
		if c.kind != chat.PublicChannel {
			c.IsGeneral = false
			continue
		}
		if c.IsGeneral && general == nil || general == nil && c.Name == "general" {
			general = c
		}
	}
	for _, c := range s.channels {
		c.IsGeneral = c == general
	}
	if general == nil {
		general = &conversation{channelRecord: channelRecord{Name: "general", IsGeneral: true}, kind: chat.PublicChannel}
		s.channels = append(s.channels, general)
	}
	// It comes first, as it is the workspace's own.
	slices.SortStableFunc(s.channels, func(a, b *conversation) int {
		return cmp.Compare(rank(a), rank(b))
	})
}

func rank(c *conversation) int {
	if c.IsGeneral {
		return 0
	}
	return 1
}
