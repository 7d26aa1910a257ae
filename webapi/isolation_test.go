package webapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"taut/chat"
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
	case strings.HasPrefix(id, "Rm"), strings.HasPrefix(id, "Bk"):
		return id[:2]
	}
	return id[:1]
}

// idsIn are the ids and message ids of a text, without those that all
// workspaces share.
func idsIn(text string) []string {
	ids := slices.DeleteFunc(idPattern.FindAllString(text, -1), func(id string) bool { return !strings.ContainsAny(id, "0123456789") })
	return append(ids, tsPattern.FindAllString(text, -1)...)
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
	// foreign are the ids of the other workspace, by kind.
	foreign map[string][]string
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
	p := &prober{world: w, t: t, foreign: w.idsOfOther(t)}
	control := 0
	for _, c := range w.everything(t) {
		p.foreignIDs(c)
		p.foreignTokens(c)
		w.ok(t, c.who, c.method, c.args...)
		control++
	}
	if p.probes < 500 {
		t.Errorf("only %d probes", p.probes)
	}
	t.Logf("%d probes across workspaces, %d calls of the owners succeeded", p.probes, control)
}

// idsOfOther fills the other workspace with everything and gives its ids.
func (w *world) idsOfOther(t *testing.T) map[string][]string {
	swapped := *w
	swapped.acme, swapped.other = w.other, w.acme
	swapped.seen = new(strings.Builder)
	for _, c := range swapped.everything(t) {
		swapped.ok(t, c.who, c.method, c.args...)
	}
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
	return ids
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
	if p.probes < 200 {
		t.Errorf("only %d probes", p.probes)
	}
	t.Logf("%d probes by outsiders", p.probes)
}

// hidden are ids, by kind, of what only ada and bob may know of: private
// channels and a DM in the same order as messages in them.
func (w *world) hidden(t *testing.T) map[string][]string {
	a := &w.acme
	found := map[string][]string{}
	for _, channel := range []chat.ChannelID{a.private, a.dm} {
		root := w.posts(t, a.bob, channel, 1)[0]
		w.posts(t, a.ada, channel, 2, "thread_ts", root)
		w.ok(t, a.ada, "reactions.add", "channel", channel, "timestamp", root, "name", "eyes")
		found["C"] = append(found["C"], string(channel))
		found["ts"] = append(found["ts"], root)
	}
	found["D"] = found["C"]
	return found
}
