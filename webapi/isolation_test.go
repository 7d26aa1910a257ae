package webapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

// The matrix: each call that succeeds somewhere is made again with the ids of
// another workspace, with the tokens of another workspace, and by outsiders of
// the same workspace with the ids of what is not for them. Each answer must be
// the one that ids get which never existed; then the owner's own call must
// succeed, or the comparison proves nothing.

var (
	idPattern   = regexp.MustCompile(`\b(?:Rm|Bk|Dr|[A-Z])[A-Z0-9]{10}\b`)
	tsPattern   = regexp.MustCompile(`\b\d{10}\.\d{6}\b`)
	timePattern = regexp.MustCompile(`\b\d{10,16}\b`)
)

// kindOf is what an id begins with, "ts" for a message's.
func kindOf(id string) string {
	switch {
	case tsPattern.MatchString(id):
		return "ts"
	case id[1] >= 'a': // Rm, Bk, Dr
		return id[:2]
	}
	return id[:1]
}

// idsIn are the ids and message ids of a text, without those that all
// workspaces share.
func idsIn(text string) []string {
	ids := slices.DeleteFunc(idPattern.FindAllString(text, -1), func(id string) bool { return !strings.ContainsAny(id, "0123456789") })
	for _, ts := range tsPattern.FindAllString(text, -1) {
		if ts != "0000000000.000000" { // "never", everywhere
			ids = append(ids, ts)
		}
	}
	return ids
}

// neverExisted is an id of the kind that nobody ever had.
func neverExisted(kind string) string {
	if kind == "ts" {
		return fmt.Sprintf("1%09d.%06d", rand.IntN(1e9), rand.IntN(1e6))
	}
	return chat.NewID(kind)
}

// prober makes the matrix's calls and counts them.
type prober struct {
	*world
	t      *testing.T
	probes int
	// words and cursors count those that were made or taken for probes.
	words, cursors int
	asked          map[string]bool // who was asked for words
	// foreign are the ids of the other workspace, by kind.
	foreign map[string][]string
	// pages are calls of the other workspace that can be gone on with by a cursor.
	pages []shapeCall
}

// plain is an answer without what differs from call to call.
func (p *prober) plain(answer result) string {
	text, err := json.Marshal(answer)
	must(p.t, err)
	plain := idPattern.ReplaceAllStringFunc(string(text), func(id string) string { return "<" + kindOf(id) + ">" })
	return timePattern.ReplaceAllString(tsPattern.ReplaceAllString(plain, "<ts>"), "<n>")
}

// same reports where naming what exists is answered otherwise than naming what
// never existed.
func (p *prober) same(who person, method string, real, never []any, leaked func(id string) bool) {
	p.t.Helper()
	p.probes++
	got, want := p.call(p.t, who, method, real...), p.call(p.t, who, method, never...)
	if p.plain(got) != p.plain(want) {
		p.t.Errorf("%s of %s %v: %s\n\tand of what never existed: %s", method, who.name, real, p.plain(got), p.plain(want))
	}
	asked := idsIn(fmt.Sprintln(real...))
	for _, id := range idsIn(fmt.Sprint(map[string]any(got))) {
		if leaked(id) && !slices.Contains(asked, id) {
			p.t.Errorf("%s of %s %v tells %s", method, who.name, real, id)
		}
	}
}

// swap replaces ids in a call's arguments; false: there was none to replace.
func swap(args []any, by func(id string) string) ([]any, bool) {
	changed := false
	swapped := slices.Clone(args)
	for i := 1; i < len(args); i += 2 {
		text := fmt.Sprint(args[i])
		for _, id := range idsIn(text) {
			if other := by(id); other != id {
				text, changed = strings.ReplaceAll(text, id, other), true
			}
		}
		swapped[i] = text
	}
	return swapped, changed
}

// foreignIDs puts the other workspace's ids into the call, one kind at a time.
func (p *prober) foreignIDs(c shapeCall) {
	for _, kind := range kindsIn(c.args) {
		known := p.foreign[kind]
		for range min(3, len(known)) {
			id := known[rand.IntN(len(known))]
			p.both(c.who, c, func(of string) string {
				if kindOf(of) == kind {
					return id
				}
				return of
			})
		}
	}
}

func kindsIn(args []any) []string {
	kinds := map[string]bool{}
	for i := 1; i < len(args); i += 2 {
		for _, id := range idsIn(fmt.Sprint(args[i])) {
			kinds[kindOf(id)] = true
		}
	}
	return slices.Sorted(maps.Keys(kinds))
}

// both calls with ids exchanged for real ones, and for as many that never were.
func (p *prober) both(who person, c shapeCall, by func(id string) string) {
	p.t.Helper()
	never := map[string]string{}
	real, changed := swap(c.args, by)
	if !changed {
		return
	}
	ghosts, _ := swap(c.args, func(id string) string {
		real := by(id)
		if real == id {
			return id
		}
		if never[real] == "" {
			never[real] = neverExisted(kindOf(real))
		}
		return never[real]
	})
	p.same(who, c.method, real, ghosts, p.isForeign)
}

func (p *prober) isForeign(id string) bool { return slices.Contains(p.foreign[kindOf(id)], id) }

// foreignTokens makes the call by people of the other workspace, with our ids
// as they are.
func (p *prober) foreignTokens(c shapeCall) {
	if len(kindsIn(c.args)) == 0 {
		return
	}
	never := map[string]string{}
	ghosts, _ := swap(c.args, func(id string) string {
		if never[id] == "" {
			never[id] = neverExisted(kindOf(id))
		}
		return never[id]
	})
	for _, who := range []person{p.other.owner, p.other.ada, p.other.robot} {
		who.name += " of another workspace"
		p.same(who, c.method, c.args, ghosts, func(id string) bool { return kindOf(id) != "ts" && !p.isForeign(id) })
	}
}

func TestOtherWorkspacesAreNotThere(t *testing.T) {
	w := newWorld(t)
	w.server.presence = newDoorbell(w.acme.ada.id)
	p := &prober{world: w, t: t, asked: map[string]bool{}}
	p.furnishOther()
	control := 0
	calls := w.everything(t)
	for _, c := range calls {
		p.foreignIDs(c)
		p.foreignTokens(c)
		p.foreignWords(c)
		w.ok(t, c.who, c.method, c.args...)
		control++
	}
	if p.probes < 1_000 {
		t.Errorf("only %d probes", p.probes)
	}
	p.foreignCursors(calls)
	t.Logf("%d probes across workspaces, %d of them with words, %d with cursors; %d calls of the owners succeeded", p.probes, p.words, p.cursors, control)
}

// wordArguments are those that find things by what people call them.
var wordArguments = []string{"name", "handle", "email", "query", "alias_for", "topic", "workspace", "domain"}

// onlyThere stands for each name, handle, word and e-mail address that only the
// other workspace knows; onlySought for those that we look for and never make.
const onlyThere, onlySought = "onlythere", "onlysought"

// speak gives the other workspace its words.
func (w *world) speak(t *testing.T) {
	a := &w.acme
	for _, word := range []string{onlyThere, onlySought} {
		_, err := a.bound.CreateUser(t.Context(), store.NewUser{Name: word, Email: word + "@example.com"})
		must(t, err)
		w.ok(t, a.owner, "conversations.create", "name", word+"-room")
		w.ok(t, a.owner, "usergroups.create", "name", word+" group", "handle", word+"-group")
		w.ok(t, a.ada, "emoji.add", "image", picture(t, 20, 20), "name", word, "mode", "data")
	}
	ts := w.posts(t, a.ada, a.public, 3, "text", onlyThere+" "+onlySought)
	soon := time.Now().Add(time.Hour).Unix()
	w.ok(t, a.owner, "conversations.join", "channel", a.public)
	for _, who := range []person{a.ada, a.bob, a.owner} { // lists of two, of which one is a page
		for _, message := range ts[:2] {
			w.ok(t, who, "saved.add", "item_type", "message", "item_id", a.public, "ts", message)
			w.ok(t, who, "chat.scheduleMessage", "channel", a.public, "text", "x", "post_at", soon)
			w.ok(t, who, "drafts.create", "destinations", fmt.Sprintf(`[{"channel_id":%q,"thread_ts":%q}]`, a.public, message), "text", "x")
		}
	}
}

// foreignWords puts words that the other workspace knows into the call: once in
// each family that makes things under them, as then we know them too, and once in each
// method that looks for them.
func (p *prober) foreignWords(c shapeCall) {
	who, _, _ := strings.Cut(c.method, ".")
	switch who {
	case "search", "users", "client":
		who = c.method
	case "channels", "groups", "im", "mpim":
		who = "conversations"
	}
	if p.asked[who] || c.method == "account.setup" || c.method == "users.prefs.set" { // setup's code is good for one call; a preference is one's own
		return
	}
	for i := 0; i+1 < len(c.args); i += 2 {
		name := fmt.Sprint(c.args[i])
		if !slices.Contains(wordArguments, name) || len(idsIn(fmt.Sprint(c.args[i+1]))) > 0 {
			continue
		}
		p.asked[who] = true
		word := onlyThere
		if name == "query" {
			word = onlySought
		}
		for _, ending := range []string{"", "-room", "-group", "@example.com"} {
			real, never := slices.Clone(c.args), slices.Clone(c.args)
			p.words++
			real[i+1], never[i+1] = word+ending, fmt.Sprintf("neverwas%d%s", p.words, ending)
			p.sameWords(c, real, never)
		}
		return
	}
}

// sameWords is same, where the words themselves may come back.
func (p *prober) sameWords(c shapeCall, real, never []any) {
	p.t.Helper()
	p.probes++
	spoken := regexp.MustCompile(onlyThere + `|` + onlySought + `|neverwas\d+|#[0-9a-z]+-[0-9a-f]+`) // the last is an invitation's code
	plain := func(args []any) string {
		return spoken.ReplaceAllString(p.plain(p.call(p.t, c.who, c.method, args...)), "<word>")
	}
	if got, want := plain(real), plain(never); got != want {
		p.t.Errorf("%s of %s %v: %s\n\tand of what never existed: %s", c.method, c.who.name, real, got, want)
	}
}

// furnishOther fills the other workspace with everything, and keeps its ids and pages.
func (p *prober) furnishOther() {
	swapped := *p.world
	swapped.acme, swapped.other = p.other, p.acme
	swapped.seen = new(strings.Builder)
	swapped.speak(p.t)
	for _, c := range swapped.everything(p.t) {
		if paged(swapped.ok(p.t, c.who, c.method, c.args...)) || c.method == "search.messages" {
			p.pages = append(p.pages, c)
		}
	}
	p.server.mailer = nil // as it was
	found := map[string]map[string]bool{}
	for _, id := range idsIn(swapped.seen.String()) {
		if found[kindOf(id)] == nil {
			found[kindOf(id)] = map[string]bool{}
		}
		found[kindOf(id)][id] = true
	}
	ids := map[string][]string{}
	for kind, set := range found {
		ids[kind] = slices.Sorted(maps.Keys(set))
	}
	p.foreign = ids
}

// outsiders makes the call with the ids of things that are not for eve, who is
// in none of their channels, nor for the guest, who is in no channel at all.
func (p *prober) outsiders(c shapeCall, hidden map[string][]string) {
	for _, who := range []person{p.acme.eve, p.acme.guest} {
		for i := range hidden["C"] {
			p.both(who, c, func(id string) string {
				known := hidden[kindOf(id)]
				if len(known) == 0 {
					return id
				}
				return known[i%len(known)]
			})
		}
	}
}

func TestOutsidersSeeNoSignOfWhatIsNotForThem(t *testing.T) {
	w := newWorld(t)
	w.server.presence = newDoorbell(w.acme.ada.id)
	hidden := w.hidden(t)
	p := &prober{world: w, t: t, foreign: hidden}
	for _, c := range w.everything(t) {
		p.outsiders(c, hidden)
		w.ok(t, c.who, c.method, c.args...)
	}
	if p.probes < 400 {
		t.Errorf("only %d probes", p.probes)
	}
	t.Logf("%d probes by outsiders", p.probes)
}

// hidden are ids, by kind, of what only ada and bob may know of, or ada alone:
// private channels, one of which was public, and a DM in the same order as messages,
// files and pins there.
func (w *world) hidden(t *testing.T) map[string][]string {
	a := &w.acme
	found := map[string][]string{}
	add := func(kind, id string) { found[kind] = append(found[kind], id) }
	soon := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
	converted := a.channel(t, "was-public", false, a.ada.id, a.bob.id)
	for _, channel := range []chat.ChannelID{a.private, a.dm, converted} {
		root := w.posts(t, a.bob, channel, 1)[0]
		message := []any{"channel", channel, "timestamp", root}
		w.posts(t, a.ada, channel, 2, "thread_ts", root)
		w.ok(t, a.ada, "reactions.add", append(message, "name", "eyes")...)
		w.ok(t, a.ada, "pins.add", message...)
		w.ok(t, a.ada, "saved.add", "item_type", "message", "item_id", channel, "ts", root)
		file, _ := w.shared(t, a.ada, channel, "hidden.txt", []byte("nobody else"))
		add("C", string(channel))
		add("ts", root)
		add("F", file)
		add("Bk", w.ok(t, a.ada, "bookmarks.add", "channel_id", channel, "title", "x", "type", "link", "link", "https://example.com").text("bookmark.id"))
		add("Q", w.ok(t, a.ada, "chat.scheduleMessage", "channel", channel, "text", "x", "post_at", soon).text("scheduled_message_id"))
		add("Rm", w.ok(t, a.ada, "reminders.add", "text", "x", "time", soon).text("reminder.id"))
		add("Dr", w.ok(t, a.ada, "drafts.create", "destinations", fmt.Sprintf(`[{"channel_id":%q}]`, channel), "text", "x").text("draft.id"))
	}
	_, err := a.bound.Convert(t.Context(), converted, store.Actor{User: a.ada.id}, chat.PrivateChannel)
	must(t, err)
	found["D"] = found["C"]
	return found
}
