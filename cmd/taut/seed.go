package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"taut/auth"
	"taut/chat"
	"taut/internal/admin"
	"taut/store"
)

// seed makes a workspace in bulk, with the server stopped, and writes what load
// and SDK tests need to know of it.
func seed(ctx context.Context, std stdio, args []string) error {
	flags := newFlags(std, "seed")
	f := addAdminFlags(flags)
	domain := flags.String("workspace", "", "the new workspace's `domain`")
	users := flags.Int("users", 10, "people; the first is the owner")
	bots := flags.Int("bots", 1, "bots; they are in every channel")
	channels := flags.Int("channels", 5, "public channels, besides #general")
	members := flags.String("members", "all", "people in each channel, spread evenly: a `number`, or all")
	messages := flags.Int("messages", 0, "messages in each channel")
	out := flags.String("out", "", "the `file` to write, readable by you alone (default: standard output)")
	public := flags.String("public-url", "", "the server's `URL`, for the URLs of webhooks")
	if err := parse(flags, args); err != nil {
		return err
	}
	if err := need(flags, "workspace"); err != nil {
		return err
	}
	each, err := membersEach(*members, *users)
	if err != nil {
		return err
	}
	if *users < 1 || *bots < 0 || *channels < 0 || *messages < 0 {
		return errors.New("seed: at least one user, and no negative numbers")
	}
	o, err := f.store()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	base, err := f.publicURL(*public)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	made, err := seedWorkspace(ctx, s, base, store.Seed{
		Domain: *domain, Name: *domain, Users: seedUsers(*domain, *users), Bots: seedBots(*bots),
		Channels: *channels, MembersPerChannel: each, MessagesPerChannel: *messages,
	})
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	return writeSeeded(std.out, *out, made)
}

// membersEach reads --members; 0 means all.
func membersEach(text string, users int) (int, error) {
	if text == "all" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("seed: --members %q is neither a number nor all", text)
	}
	return min(n, users), nil
}

func seedUsers(domain string, n int) []store.SeedUser {
	users := make([]store.SeedUser, n)
	for i := range users {
		name := fmt.Sprintf("user%d", i+1)
		users[i] = store.SeedUser{Name: name, RealName: fmt.Sprintf("User %d", i+1), Email: name + "@" + domain + ".example"}
	}
	return users
}

func seedBots(n int) []store.NewBot {
	bots := make([]store.NewBot, n)
	for i := range bots {
		bots[i] = store.NewBot{Name: fmt.Sprintf("bot%d", i+1), SigningSecret: chat.NewSecret(32)}
	}
	return bots
}

// The shape of what seed writes. Its readers are other programs: the keys stay.
type (
	seedFile struct {
		Workspaces []seededWorkspace `json:"workspaces"`
	}
	seededWorkspace struct {
		ID       chat.WorkspaceID `json:"id"`
		Domain   string           `json:"domain"`
		Name     string           `json:"name"`
		Users    []seededUser     `json:"users"`
		Bots     []seededBot      `json:"bots"`
		Channels []seededChannel  `json:"channels"`
		Webhooks []seededWebhook  `json:"webhooks"`
	}
	seededUser struct {
		ID       chat.UserID `json:"id"`
		Name     string      `json:"name"`
		Email    string      `json:"email"`
		Password string      `json:"password"`
		Token    string      `json:"token"`
	}
	seededBot struct {
		ID            chat.BotID  `json:"id"`
		UserID        chat.UserID `json:"user_id"`
		AppID         chat.AppID  `json:"app_id"`
		Token         string      `json:"token"`
		AppToken      string      `json:"app_token"`
		SigningSecret string      `json:"signing_secret"`
	}
	seededChannel struct {
		ID      chat.ChannelID `json:"id"`
		Name    string         `json:"name"`
		Members []chat.UserID  `json:"members"`
	}
	// seededWebhook posts to the first channel.
	seededWebhook struct {
		URL       string         `json:"url"`
		ChannelID chat.ChannelID `json:"channel_id"`
	}
)

// seedWorkspace makes the workspace. All people share one password, hashed once.
func seedWorkspace(ctx context.Context, s *store.Store, base string, spec store.Seed) (seededWorkspace, error) {
	password := chat.NewSecret(20)
	var err error
	if spec.PasswordHash, err = auth.HashPassword(password); err != nil {
		return seededWorkspace{}, err
	}
	t := newSeedTokens(&spec)
	made, err := s.Seed(ctx, spec)
	if err := errors.Join(err, t.err); err != nil {
		return seededWorkspace{}, fmt.Errorf("seed %s: %w", spec.Domain, err)
	}
	w := seededWorkspace{
		ID: made.Workspace.ID, Domain: made.Workspace.Domain, Name: made.Workspace.Name,
		Users: []seededUser{}, Bots: []seededBot{}, Channels: []seededChannel{}, Webhooks: []seededWebhook{},
	}
	for _, u := range made.Users {
		w.Users = append(w.Users, seededUser{u.ID, u.Name, u.Email, password, t.users[u.ID]})
	}
	for i, b := range made.Bots {
		w.Bots = append(w.Bots, seededBot{b.ID, b.User, b.App, t.bots[b.ID], t.apps[b.ID], spec.Bots[i].SigningSecret})
	}
	for _, c := range made.Channels {
		w.Channels = append(w.Channels, seededChannel{c.ID, c.Name, c.Members})
	}
	if len(w.Channels) == 0 {
		return w, nil
	}
	first := w.Channels[0].ID
	h, secret, err := s.Workspace(w.ID).CreateWebhook(ctx, store.Actor{}, store.NewWebhook{Name: "incoming-webhook", Channel: first})
	if err != nil {
		return w, fmt.Errorf("seed %s: %w", spec.Domain, err)
	}
	w.Webhooks = append(w.Webhooks, seededWebhook{base + h.Path(secret), first})
	return w, nil
}

// seedTokens remembers the texts of the tokens that the store asks for.
type seedTokens struct {
	users      map[chat.UserID]string
	bots, apps map[chat.BotID]string
	err        error
}

func newSeedTokens(spec *store.Seed) *seedTokens {
	t := &seedTokens{users: map[chat.UserID]string{}, bots: map[chat.BotID]string{}, apps: map[chat.BotID]string{}}
	spec.UserTokens = func(u chat.User) []store.NewToken {
		token, err := admin.UserToken(u)
		t.err = errors.Join(t.err, err)
		t.users[u.ID] = token.Text
		return []store.NewToken{token.Row}
	}
	spec.BotTokens = func(b chat.Bot) []store.NewToken {
		bot, app, err := admin.BotTokens(b)
		t.err = errors.Join(t.err, err)
		t.bots[b.ID], t.apps[b.ID] = bot.Text, app.Text
		return []store.NewToken{bot.Row, app.Row}
	}
	return t
}

// writeSeeded writes to the named file, which nobody else may read, or to std.
func writeSeeded(std io.Writer, path string, w seededWorkspace) error {
	text, err := json.MarshalIndent(seedFile{[]seededWorkspace{w}}, "", " ")
	if err != nil {
		return fmt.Errorf("encode what was seeded: %w", err)
	}
	text = append(text, '\n')
	if path == "" {
		_, err := std.Write(text)
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = hide(file)
	if err == nil {
		_, err = file.Write(text)
	}
	return errors.Join(err, file.Close())
}

// hide takes a file away from all but its owner's eyes, if it was there before
// and is a file: a device or a pipe keeps its mode.
func hide(file *os.File) error {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	return file.Chmod(0o600)
}
