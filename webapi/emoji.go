package webapi

import (
	"context"
	"slices"
	"strings"

	"taut/chat"
	"taut/store"
)

var emojiWrite = []string{clientScope}

var emojiErrors = map[string]string{
	"not_found:emoji": "emoji_not_found", "exists:emoji": "error_name_taken", "limited:emoji": "emoji_limit_reached",
	"invalid:image": "error_bad_format", "limited:image": "error_too_big", "limited:frames": "too_many_frames",
}

// maxEmojiImage is how long the picture of an emoji may be, as it is sent.
const maxEmojiImage = 1 << 20

type emojiAnswer struct {
	reply
	Emoji   map[string]string `json:"emoji"`
	CacheTS chat.TS           `json:"cache_ts"`
}

// emojiList are the workspace's own emoji: the URL of a picture, or "alias:" and
// another name.
func (s *Server) emojiList(ctx context.Context, q *request) (answer, error) {
	own, err := q.workspace.Emoji(ctx)
	if err != nil {
		return nil, err
	}
	a := &emojiAnswer{Emoji: make(map[string]string, len(own)), CacheTS: chat.MakeTS(chat.Now().UnixMilli(), 0)}
	for _, e := range own {
		a.Emoji[e.Name] = e.Value(q.caller.Workspace, q.publicURL())
	}
	return a, nil
}

type emojiAdminAnswer struct {
	reply
	Emoji []emojiObject `json:"emoji"`
}

type emojiObject struct {
	Name      string      `json:"name"`
	IsAlias   int         `json:"is_alias"`
	AliasFor  string      `json:"alias_for"`
	URL       string      `json:"url"`
	User      chat.UserID `json:"user_id"`
	Created   int64       `json:"created"`
	CanDelete bool        `json:"can_delete"`
}

// emojiAdminList says besides who added each, and whether the caller may remove
// it. Slack's clients have a method of this name, which is not documented.
func (s *Server) emojiAdminList(ctx context.Context, q *request) (answer, error) {
	own, err := q.workspace.Emoji(ctx)
	if err != nil {
		return nil, err
	}
	pictures := make(map[string]string, len(own))
	for _, e := range own {
		pictures[e.Name] = e.Picture
	}
	a := &emojiAdminAnswer{Emoji: make([]emojiObject, len(own))}
	for i, e := range own {
		o := emojiObject{Name: e.Name, AliasFor: e.Alias, User: e.User, Created: e.CreatedMS / 1000, CanDelete: q.mayRemoveEmoji(e)}
		picture := e.Picture
		if e.Alias != "" {
			o.IsAlias, picture = 1, pictures[e.Alias]
		}
		if picture != "" { // else it stands for one that everybody has
			o.URL = q.publicURL() + chat.EmojiPath(q.caller.Workspace, picture)
		}
		a.Emoji[i] = o
	}
	return a, nil
}

func (q *request) mayRemoveEmoji(e store.Emoji) bool {
	return e.User == q.caller.User || q.caller.Role.AtLeast(chat.Admin)
}

// emojiAdd adds one: mode data, with a picture, or mode alias, with alias_for.
func (s *Server) emojiAdd(ctx context.Context, q *request) (answer, error) {
	if may, err := q.may(ctx, chat.AddEmoji); err != nil || !may {
		return nil, orFail(err, "no_permission")
	}
	picture, release, err := q.image()
	if err != nil {
		return nil, err
	}
	defer release()
	e := store.Emoji{User: q.caller.User}
	if e.Name, err = q.newEmojiName(); err != nil {
		return nil, err
	}
	if q.args.text("mode") == "alias" {
		if e.Alias = strings.ToLower(strings.Trim(q.args.text("alias_for"), ":")); e.Alias == "" || strings.ContainsFunc(e.Alias, notOfEmoji) {
			return nil, fail("no_alias_selected")
		}
	} else if e.Picture, err = q.emojiPicture(ctx, picture, e.Name); err != nil {
		return nil, err
	}
	_, err = q.workspace.AddEmoji(ctx, e)
	return done(), err
}

// orFail is err, or the failure where there is none.
func orFail(err error, name string) error {
	if err != nil {
		return err
	}
	return fail(name)
}

// newEmojiName reads the name of an emoji to be. Names that stand for others
// already would never be found.
func (q *request) newEmojiName() (string, error) {
	name := strings.Trim(q.args.text("name"), ":")
	switch {
	case name == "":
		return "", fail("error_missing_name")
	case name != strings.ToLower(name):
		return "", fail("error_lower_case_names_only")
	case len(name) > chat.MaxEmojiName || strings.ContainsFunc(name, notOfEmoji):
		return "", fail("error_bad_name_i18n")
	case chat.IsSecondEmojiName(name) || slices.Contains([]string{"here", "channel", "everyone"}, name) || strings.HasPrefix(name, "skin-tone-"):
		return "", fail("error_name_taken_i18n")
	}
	return name, nil
}

func (q *request) emojiPicture(ctx context.Context, image []byte, name string) (string, error) {
	if len(image) == 0 {
		return "", fail("no_image_uploaded")
	}
	_, err := q.workspace.EmojiNamed(ctx, name)
	if err == nil {
		return "", chat.NewError(chat.Exists, "emoji") // before a picture is made of it
	}
	if chat.CodeOf(err) != chat.NotFound {
		return "", err
	}
	return q.server.files.SavePicture(ctx, q.caller.Workspace, image, chat.Whole, []int{chat.EmojiSize})
}

// emojiRemove removes one's own emoji, or for admins any.
func (s *Server) emojiRemove(ctx context.Context, q *request) (answer, error) {
	name := strings.ToLower(strings.Trim(q.args.text("name"), ":"))
	err := q.workspace.RemoveEmoji(ctx, name, q.caller.User, func(e store.Emoji) error {
		if !q.mayRemoveEmoji(e) {
			return chat.NewError(chat.Forbidden, "emoji")
		}
		return nil
	})
	return done(), err
}
