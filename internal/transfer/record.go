package transfer

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"taut/chat"
)

// number is a number that exports write as one, as a text, or not at all.
type number int64

// UnmarshalJSON reads what it can; what is no number is 0.
func (n *number) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = number(v)
	} else if f, err := strconv.ParseFloat(text, 64); err == nil && f > -1e17 && f < 1e17 {
		*n = number(f)
	}
	return nil
}

// blurbRecord is a topic or a purpose.
type blurbRecord struct {
	Value   string      `json:"value"`
	Creator chat.UserID `json:"creator"`
	LastSet number      `json:"last_set"`
}

func (b blurbRecord) blurb() chat.Blurb {
	return chat.Blurb{Value: b.Value, Creator: b.Creator, SetMS: int64(b.LastSet) * 1000}
}

// channelRecord is a conversation in one of the lists.
type channelRecord struct {
	ID            string        `json:"id"`
	Name          string        `json:"name"`
	Created       number        `json:"created"`
	Updated       number        `json:"updated"`
	Creator       chat.UserID   `json:"creator"`
	IsArchived    bool          `json:"is_archived"`
	IsGeneral     bool          `json:"is_general"`
	Members       []chat.UserID `json:"members"`
	Topic         blurbRecord   `json:"topic"`
	Purpose       blurbRecord   `json:"purpose"`
	PreviousNames []string      `json:"previous_names"`
	Pins          []pinRecord   `json:"pins"`
}

// pinRecord is a pin; of a message its id is the ts.
type pinRecord struct {
	ID      string      `json:"id"`
	Type    string      `json:"type"`
	Created number      `json:"created"`
	User    chat.UserID `json:"user"`
	Owner   chat.UserID `json:"owner"`
}

// userRecord is an element of users.json.
type userRecord struct {
	ID                string        `json:"id"`
	TeamID            string        `json:"team_id"`
	Name              string        `json:"name"`
	Deleted           bool          `json:"deleted"`
	RealName          string        `json:"real_name"`
	TZ                string        `json:"tz"`
	IsAdmin           bool          `json:"is_admin"`
	IsOwner           bool          `json:"is_owner"`
	IsPrimaryOwner    bool          `json:"is_primary_owner"`
	IsRestricted      bool          `json:"is_restricted"`
	IsUltraRestricted bool          `json:"is_ultra_restricted"`
	IsBot             bool          `json:"is_bot"`
	Updated           number        `json:"updated"`
	Profile           profileRecord `json:"profile"`
}

// profileRecord is a user's profile, or the user_profile of a message.
type profileRecord struct {
	Name             string     `json:"name"` // of a message
	Title            string     `json:"title"`
	RealName         string     `json:"real_name"`
	DisplayName      string     `json:"display_name"`
	Email            string     `json:"email"`
	StatusText       string     `json:"status_text"`
	StatusEmoji      string     `json:"status_emoji"`
	StatusExpiration number     `json:"status_expiration"`
	BotID            chat.BotID `json:"bot_id"`
	APIAppID         chat.AppID `json:"api_app_id"`
}

func (u *userRecord) role() chat.Role {
	switch {
	case u.IsPrimaryOwner:
		return chat.PrimaryOwner
	case u.IsOwner:
		return chat.Owner
	case u.IsAdmin:
		return chat.Admin
	case u.IsUltraRestricted:
		return chat.SingleGuest
	case u.IsRestricted:
		return chat.Guest
	}
	return chat.Member
}

// messageRecord is a message of an export: that of the API and what exports, old
// and new, have besides.
type messageRecord struct {
	chat.Message
	RawTS       json.RawMessage `json:"ts"`
	UserProfile *profileRecord  `json:"user_profile"`
	File        json.RawMessage `json:"file"`
	Comment     *struct {
		User chat.UserID `json:"user"`
	} `json:"comment"`
	BotName string `json:"bot_name"`
}

// readMessage reads a message as far as it can be read.
func readMessage(raw []byte) (*messageRecord, error) {
	m := new(messageRecord)
	whole, err := read(raw, m)
	if err != nil {
		return nil, err
	}
	if m.TS, err = parseTS(m.RawTS); err != nil {
		return nil, err
	}
	m.RawTS = nil
	if len(m.Files) == 0 && len(m.File) > 0 && m.File[0] == '{' {
		m.Files = slices.Concat([]byte("["), m.File, []byte("]"))
	}
	if !whole && m.Message.Type != chat.TypeMessage && m.Message.Type != "" {
		return nil, errors.New("it is no message")
	}
	return m, nil
}

// read is json.Unmarshal that leaves out what has another type than it should;
// it tells whether nothing was left out.
func read(raw []byte, into any) (whole bool, err error) {
	err = json.Unmarshal(raw, into)
	if _, broken := errors.AsType[*json.SyntaxError](err); broken {
		return false, err
	}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field == "" {
		return false, err // not an object at all
	}
	return err == nil, nil
}

// parseTS reads a ts that is a text or a number, with micros or without.
func parseTS(raw json.RawMessage) (chat.TS, error) {
	text := strings.Trim(string(raw), `"`)
	seconds, micros, _ := strings.Cut(text, ".")
	if len(micros) < 6 {
		micros += strings.Repeat("0", 6-len(micros))
	}
	ts, err := chat.ParseTS(seconds + "." + micros[:6])
	if err == nil && (ts < firstTS || ts > chat.MakeTS(chat.Now().UnixMilli()+aDay, 0)) {
		err = errors.New("its ts is of no time that can be meant")
	}
	return ts, err
}

const (
	firstTS chat.TS = 946_684_800_000_000 // the year 2000
	aDay    int64   = 86_400_000          // in ms
)
