package search

import (
	"context"
	"strings"
	"time"

	"taut/chat"
	"taut/store"
)

// plan is a query with everything looked up that it names.
type plan struct {
	workspace chat.WorkspaceID
	tenant    int64
	files     bool
	// nothing: what the query names is not there, or not for this caller; both
	// are answered the same.
	nothing bool

	match, matchNot string    // expressions of the index of words; "": none
	need            [][]int64 // tags: one of each group
	deny            []int64   // tags: none of these
	in              map[int64]bool
	notIn           map[int64]bool // streams; in is nil for any
	from, to        chat.TS        // from ≤ ts < to
	spans           []tsSpan       // those between which ts must not lie
	thread          int            // 1: only of threads, -1: only others
	where           []condition
	marks           []chat.SearchMark

	mine  map[chat.ChannelID]bool // the channels that the caller is in
	guest bool
}

type tsSpan struct{ from, to chat.TS }

// condition is a piece of SQL about the document d.
type condition struct {
	sql  string
	args []any
}

// planner makes a plan of a query for one caller.
type planner struct {
	server    *Server
	request   chat.SearchRequest
	workspace *store.Workspace
	now       time.Time
	plan      plan
}

// makePlan looks up what the query names. Invalid "query" where it is empty.
func (s *Server) makePlan(ctx context.Context, r chat.SearchRequest) (*plan, error) {
	q := parse(r.Query)
	if len(q.terms) == 0 && len(q.filters) == 0 {
		return nil, chat.NewError(chat.Invalid, "query")
	}
	p := &planner{server: s, request: r, workspace: s.store.Workspace(r.Caller.Workspace)}
	p.plan = plan{workspace: r.Caller.Workspace, files: r.Files, to: 1<<62 - 1, guest: r.Caller.Role.IsGuest()}
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC
	}
	p.now = chat.Now().In(zone)
	if err := p.rights(ctx); err != nil {
		return nil, err
	}
	if p.plan.tenant, err = s.x.tenant(ctx, p.plan.workspace); err != nil {
		return nil, err
	}
	p.words(q.terms)
	for _, f := range groups(q.filters) {
		if err := p.filter(ctx, f); err != nil {
			return nil, err
		}
	}
	return &p.plan, nil
}

// rights reads what the caller may read, now (G10).
func (p *planner) rights(ctx context.Context) error {
	m, err := p.workspace.Memberships(ctx, p.request.Caller.User)
	if err != nil {
		return err
	}
	p.plan.mine = make(map[chat.ChannelID]bool, len(m.Channels))
	for _, c := range m.Channels {
		p.plan.mine[c.Channel] = true
	}
	return nil
}

// group is operators of one name that widen each other: in:#a in:#b is in
// either. Those with "-" stand alone.
type group struct {
	name   string
	values []string
	not    bool
}

func groups(filters []filter) (all []group) {
	place := map[string]int{}
	for _, f := range filters {
		at, found := place[f.name]
		if found && !f.not && (f.name == "from" || f.name == "in") {
			all[at].values = append(all[at].values, f.value)
			continue
		}
		if !f.not {
			place[f.name] = len(all)
		}
		all = append(all, group{f.name, []string{f.value}, f.not})
	}
	return all
}

// words makes the expressions for the index of words.
func (p *planner) words(terms []textTerm) {
	var yes, no []string
	for _, t := range terms {
		if t.not {
			no = append(no, p.expression(t))
			continue
		}
		yes = append(yes, p.expression(t))
		for i, w := range t.words {
			p.plan.marks = append(p.plan.marks, chat.SearchMark{Word: w, Prefix: t.prefix && i == len(t.words)-1})
		}
	}
	switch {
	case len(yes) > 0 && len(no) > 0:
		p.plan.match = "(" + strings.Join(yes, " AND ") + ") NOT (" + strings.Join(no, " OR ") + ")"
	case len(yes) > 0:
		p.plan.match = strings.Join(yes, " AND ")
	default:
		p.plan.matchNot = strings.Join(no, " OR ")
	}
}

// expression is a term in the language of the index. A word has letters and
// digits only, so nothing in the quotation marks can end them.
func (p *planner) expression(t textTerm) string {
	var phrase strings.Builder
	for i, w := range t.words {
		if i > 0 {
			phrase.WriteByte(' ')
		}
		phrase.WriteString(term(p.plan.tenant, w))
	}
	exact := `"` + phrase.String() + `"`
	switch {
	case t.whole:
		return "(" + exact + " OR " + exact + " *)"
	case t.prefix:
		return exact + " *"
	}
	return exact
}

func (p *planner) filter(ctx context.Context, g group) error {
	switch g.name {
	case "from":
		return p.from(ctx, g)
	case "in":
		return p.in(ctx, g)
	case "to":
		return p.to(ctx, g)
	case "with":
		return p.with(ctx, g)
	case "has":
		return p.has(ctx, g)
	case "is":
		return p.is(ctx, g)
	}
	p.date(g)
	return nil
}

// none: the group names what is not there.
func (p *planner) none(g group) error {
	if !g.not {
		p.plan.nothing = true
	}
	return nil
}

// date: before, after, on, during.
func (p *planner) date(g group) {
	s, ok := dateSpan(g.values[0], p.now)
	if !ok {
		p.none(g)
		return
	}
	from, to := tsOf(s.from), tsOf(s.to)
	switch g.name {
	case "before":
		from, to = 0, from
	case "after":
		from, to = to, 1<<62-1
	}
	if g.not {
		p.plan.spans = append(p.plan.spans, tsSpan{from, to})
		return
	}
	p.plan.from, p.plan.to = max(p.plan.from, from), min(p.plan.to, to)
}

func tsOf(t time.Time) chat.TS { return chat.TS(t.UnixMicro()) }

// require adds tags of which a document must have one, or with not, none.
func (p *planner) require(ctx context.Context, g group, names []string) error {
	tags, err := p.server.x.tagNumbers(ctx, p.plan.tenant, names)
	switch {
	case err != nil:
		return err
	case g.not:
		p.plan.deny = append(p.plan.deny, tags...)
	case len(tags) == 0:
		p.plan.nothing = true
	default:
		p.plan.need = append(p.plan.need, tags)
	}
	return nil
}
