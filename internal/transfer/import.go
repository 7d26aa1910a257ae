package transfer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"time"

	"taut/chat"
	"taut/store"
)

// Import says what to bring where: into the workspace with the domain, which is
// there (or was made by an earlier run), or with New into one that is made.
type Import struct {
	From   string // the zip
	Domain string
	New    bool
	// Files takes the bytes of files; nil: they are left out.
	Files Files
}

// Run imports. It may be run again, after a crash or with a later export of the
// same workspace: it adds what is not there yet. With an error, the report tells
// how far it came.
func (i Import) Run(ctx context.Context, s *store.Store) (r Report, err error) {
	began := time.Now()
	defer func() { r.Seconds = time.Since(began).Seconds() }()
	end, err := s.BeginImport()
	if err != nil {
		return r, fmt.Errorf("another import runs: %w", err)
	}
	defer end()
	f, err := os.Open(i.From)
	if err != nil {
		return r, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return r, err
	}
	a, err := openArchive(f, info.Size())
	if err != nil {
		return r, fmt.Errorf("%s: %w", i.From, err)
	}
	plan, err := takeSurvey(ctx, a, &r)
	if err != nil {
		return r, fmt.Errorf("%s: %w", i.From, err)
	}
	run := &running{Import: i, survey: plan, report: &r}
	return r, run.all(ctx, s)
}

// running is an import at work.
type running struct {
	Import
	*survey
	report *Report
	into   *store.Import
	ids    map[string]string // of the export → here
	other  map[string]string // those of ids that differ
	// here are the users of the export as they are called here, botUsers those of
	// its bots.
	here     map[chat.UserID]bool
	botUsers map[chat.BotID]chat.UserID
	uploads  map[string]string // a file's id here → the export's, where that has its bytes
}

func (i *running) all(ctx context.Context, s *store.Store) error {
	if err := i.open(ctx, s); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{i.reserve, i.bringUsers, i.bringChannels, i.tell} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("%w; what is in stays, run it again to go on", err)
		}
	}
	return nil
}

// open finds or makes the workspace.
func (i *running) open(ctx context.Context, s *store.Store) error {
	w, err := s.WorkspaceByDomain(ctx, i.Domain)
	switch {
	case chat.CodeOf(err) == chat.NotFound && !i.New:
		return fmt.Errorf("there is no workspace %s; to make one for the export, use --domain: %w", i.Domain, err)
	case chat.CodeOf(err) == chat.NotFound:
		w, err = s.CreateImport(ctx, store.NewImport{Domain: i.Domain, Name: i.Domain, Source: i.source, General: i.channels[0].key()})
		if err != nil {
			return fmt.Errorf("make workspace %s: %w", i.Domain, err)
		}
	case err != nil:
		return fmt.Errorf("workspace %s: %w", i.Domain, err)
	}
	i.into = s.Workspace(w.ID).Import(i.source)
	i.report.Workspace, i.report.Domain, i.report.Source = w.ID, w.Domain, i.source
	if i.ids, err = i.into.IDs(ctx); err != nil {
		return fmt.Errorf("read the ids of an earlier run: %w", err)
	}
	// Only a workspace that an import made has an id for the export's own.
	i.report.Created = i.ids[i.source] != ""
	if !i.report.Created && i.New {
		return fmt.Errorf("the domain %s is taken; to import into that workspace, use --workspace: %w", i.Domain, chat.NewError(chat.Exists, "domain"))
	}
	return i.audit(ctx, s.Workspace(w.ID))
}

// audit tells the workspace of each run before it adds anything.
func (i *running) audit(ctx context.Context, w *store.Workspace) error {
	err := w.Audit(ctx, store.AuditEntry{Action: "workspace.import", Target: string(w.ID()), Detail: map[string]string{
		"source": i.source, "files": strconv.FormatBool(i.Files != nil),
	}})
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	return nil
}

// reserve settles all ids before anything is written with them.
func (i *running) reserve(ctx context.Context) error {
	if err := i.mergeUsers(ctx); err != nil {
		return err
	}
	var want []string
	for _, u := range i.users {
		want = append(want, u.ID)
	}
	for _, b := range i.sortedBots() {
		want = append(want, b.id)
		if b.user == "" {
			want = append(want, b.userKey())
		}
		if b.app == "" {
			b.app = "A/" + b.id
		}
		want = append(want, b.app)
	}
	for _, c := range i.channels {
		want = append(want, c.key())
	}
	want = slices.AppendSeq(want, maps.Keys(i.files))
	slices.Sort(want)
	want = slices.DeleteFunc(slices.Compact(want), func(id string) bool { return i.ids[id] != "" })
	if err := i.into.Reserve(ctx, want); err != nil {
		return fmt.Errorf("reserve ids: %w", err)
	}
	ids, err := i.into.IDs(ctx)
	if err != nil {
		return fmt.Errorf("read ids: %w", err)
	}
	ids[i.source] = string(i.report.Workspace)
	i.ids, i.other, i.report.IDs = ids, map[string]string{}, map[string]string{}
	for old, id := range ids {
		if old != id && mentionable(old, "UWCDGBATF") {
			i.other[old], i.report.IDs[old] = id, id
		}
	}
	i.here, i.botUsers = map[chat.UserID]bool{}, map[chat.BotID]chat.UserID{}
	for _, u := range i.users {
		i.here[i.user(chat.UserID(u.ID))] = true
	}
	i.uploads = map[string]string{}
	for old := range i.files {
		i.uploads[ids[old]] = old
	}
	for _, b := range i.bots {
		i.botUsers[chat.BotID(ids[b.id])] = chat.UserID(ids[cmp.Or(b.user, b.userKey())])
	}
	return nil
}

// user is who the export calls so; "" for nobody.
func (i *running) user(id chat.UserID) chat.UserID {
	if id == slackbot {
		return slackbot
	}
	return chat.UserID(i.ids[string(id)])
}

// tell lets every member know of the channels.
func (i *running) tell(ctx context.Context) error {
	users, err := i.into.Untold(ctx)
	if err != nil {
		return fmt.Errorf("who is to be told: %w", err)
	}
	for _, u := range users {
		if err := i.into.Tell(ctx, u); err != nil {
			return fmt.Errorf("tell user %s: %w", u, err)
		}
	}
	return i.into.Told(ctx)
}
