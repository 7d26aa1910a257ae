package webapi

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"taut/chat"
)

type profileAnswer struct {
	reply
	Username string            `json:"username,omitempty"` // of users.profile.set
	Profile  profileWithFields `json:"profile"`
}

type profileWithFields struct {
	chat.ProfileObject
	Team      string   `json:"team,omitempty"` // hides the one that only a user's profile has
	Pronouns  string   `json:"pronouns"`       // that and the next are here though they are empty
	StartDate string   `json:"start_date"`
	Fields    struct{} `json:"fields"` // a workspace has no fields of its own
}

func (q *request) answerProfile(u chat.User) *profileAnswer {
	return &profileAnswer{Profile: profileWithFields{
		ProfileObject: q.userObject(u).Profile, Pronouns: u.Details.Pronouns, StartDate: u.Details.StartDate,
	}}
}

// usersProfileGet is the profile of a user, by default the caller.
func (s *Server) usersProfileGet(ctx context.Context, q *request) (answer, error) {
	u, err := q.user(ctx, q.userOrCaller())
	if err != nil {
		return nil, err
	}
	return q.answerProfile(u), nil
}

func (q *request) userOrCaller() chat.UserID {
	if !q.args.has("user") {
		return q.caller.User
	}
	return q.args.user("user")
}

// profileLimits are the most characters of what a profile may be set to.
var profileLimits = map[string]int{
	"real_name": 80, "first_name": 50, "last_name": 50, "display_name": 80, "title": 255, "status_text": 100, "status_emoji": 100,
	"phone": 50, "skype": 50, "pronouns": 40, "start_date": 10, statusEnds: 20,
}

// statusEnds is the only one that is a number.
const statusEnds = "status_expiration"

// usersProfileSet changes the caller's profile; admins change that of others
// who are not above them.
func (s *Server) usersProfileSet(ctx context.Context, q *request) (answer, error) {
	fields, err := q.profileFields()
	if err != nil {
		return nil, err
	}
	u, err := q.user(ctx, q.userOrCaller())
	if err != nil {
		return nil, err
	}
	switch {
	case u.ID == q.caller.User:
	case !q.caller.Role.AtLeast(chat.Admin):
		return nil, fail("not_admin")
	case !q.caller.Role.MayManage(u.Role):
		return nil, fail("cannot_update_admin_user")
	}
	u, err = q.workspace.UpdateUser(ctx, u.ID, func(u *chat.User) error {
		setProfile(u, fields)
		return nil
	})
	if err != nil {
		return nil, err
	}
	a := q.answerProfile(u)
	a.Username = u.Name
	return a, nil
}

// profileFields reads profile, an object, or name and value.
func (q *request) profileFields() (map[string]string, error) {
	given := map[string]any{}
	if q.args.has("name") {
		given[q.args.text("name")] = q.args.text("value")
	} else if json.Unmarshal(q.args.json("profile"), &given) != nil {
		return nil, fail("invalid_profile")
	}
	if custom, ok := given["fields"].(map[string]any); ok && len(custom) > 0 {
		return nil, &apiError{name: "invalid_profile", messages: []string{"[ERROR] this workspace has no fields of its own [json-pointer:/profile/fields]"}}
	}
	fields := make(map[string]string, len(given))
	for name, v := range given {
		limit, known := profileLimits[name]
		if !known {
			continue
		}
		if number, ok := v.(float64); ok && name == statusEnds {
			v = strconv.FormatFloat(number, 'f', 0, 64)
		}
		text, ok := v.(string)
		if v != nil && !ok {
			return nil, fail("invalid_profile")
		}
		if utf8.RuneCountInString(text) > limit {
			return nil, fail("too_long")
		}
		if text = strings.TrimSpace(text); !chat.ValidText(text) {
			return nil, fail("invalid_profile")
		}
		fields[name] = text
	}
	return fields, checkProfile(fields)
}

// checkProfile: names must be seen, and times be some.
func checkProfile(fields map[string]string) error {
	if !chat.ValidName(fields["real_name"]) || !chat.ValidName(fields["display_name"]) {
		return fail("invalid_profile")
	}
	if ends := fields[statusEnds]; ends != "" {
		n, err := strconv.ParseInt(ends, 10, 64)
		if err != nil || n < 0 || n > chat.Now().Add(maxDue).Unix() {
			return fail("invalid_profile")
		}
	}
	if date := fields["start_date"]; date != "" {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return fail("invalid_profile")
		}
	}
	return nil
}

// defaultStatusEmoji stands beside a status's text that came without one, as
// Slack has it.
const defaultStatusEmoji = ":speech_balloon:"

// setProfile changes what is among the fields.
func setProfile(u *chat.User, fields map[string]string) {
	for name, field := range map[string]*string{
		"real_name": &u.RealName, "display_name": &u.DisplayName, "title": &u.Title,
		"status_text": &u.StatusText, "status_emoji": &u.StatusEmoji,
		"phone": &u.Details.Phone, "skype": &u.Details.Skype, "pronouns": &u.Details.Pronouns, "start_date": &u.Details.StartDate,
	} {
		if text, ok := fields[name]; ok {
			*field = text
		}
	}
	if fields["status_text"] != "" && u.StatusEmoji == "" {
		u.StatusEmoji = defaultStatusEmoji
	}
	setStatusEnd(u, fields)
	first, hasFirst := fields["first_name"]
	last, hasLast := fields["last_name"]
	if hasFirst || hasLast {
		oldFirst, oldLast, _ := strings.Cut(u.RealName, " ")
		u.RealName = strings.TrimSpace(cmp.Or(first, oldFirst) + " " + cmp.Or(last, oldLast))
	}
}

// setStatusEnd: a status that is set without a time stays, and none has no time.
func setStatusEnd(u *chat.User, fields map[string]string) {
	_, hasText := fields["status_text"]
	_, hasEmoji := fields["status_emoji"]
	ends, hasEnd := fields[statusEnds]
	switch {
	case u.StatusText == "" && u.StatusEmoji == "", hasEnd && ends == "":
		u.StatusEnds = 0
	case hasEnd:
		u.StatusEnds, _ = strconv.ParseInt(ends, 10, 64) // it was checked
	case hasText || hasEmoji:
		u.StatusEnds = 0
	}
}
