package chat

import (
	"fmt"
	"hash/fnv"
	"strings"
	"sync"
	"time"
)

// UserObject is a user in Slack's JSON.
type UserObject struct {
	ID                UserID        `json:"id"`
	TeamID            WorkspaceID   `json:"team_id"`
	Name              string        `json:"name"`
	Deleted           bool          `json:"deleted"`
	Color             string        `json:"color"`
	RealName          string        `json:"real_name"`
	TZ                string        `json:"tz"`
	TZLabel           string        `json:"tz_label"`
	TZOffset          int           `json:"tz_offset"` // seconds east of Greenwich, now
	Profile           ProfileObject `json:"profile"`
	IsAdmin           bool          `json:"is_admin"`
	IsOwner           bool          `json:"is_owner"`
	IsPrimaryOwner    bool          `json:"is_primary_owner"`
	IsRestricted      bool          `json:"is_restricted"`
	IsUltraRestricted bool          `json:"is_ultra_restricted"`
	IsBot             bool          `json:"is_bot"`
	IsAppUser         bool          `json:"is_app_user"`
	Updated           int64         `json:"updated"` // seconds
	IsEmailConfirmed  bool          `json:"is_email_confirmed"`
	Has2FA            bool          `json:"has_2fa"`
	WhoCanShare       string        `json:"who_can_share_contact_card"`
	Locale            string        `json:"locale,omitempty"` // where it is asked for
}

// ProfileObject is a user's profile in Slack's JSON.
type ProfileObject struct {
	Title                 string      `json:"title"`
	Phone                 string      `json:"phone"`
	Skype                 string      `json:"skype"`
	RealName              string      `json:"real_name"`
	RealNameNormalized    string      `json:"real_name_normalized"`
	DisplayName           string      `json:"display_name"`
	DisplayNameNormalized string      `json:"display_name_normalized"`
	FirstName             string      `json:"first_name"`
	LastName              string      `json:"last_name"`
	Email                 string      `json:"email,omitempty"`
	StatusText            string      `json:"status_text"`
	StatusTextCanonical   string      `json:"status_text_canonical"`
	StatusEmoji           string      `json:"status_emoji"`
	StatusEmojiInfo       []struct{}  `json:"status_emoji_display_info"`
	StatusExpiration      int64       `json:"status_expiration"`
	Pronouns              string      `json:"pronouns,omitempty"`
	StartDate             string      `json:"start_date,omitempty"`
	AvatarHash            string      `json:"avatar_hash"`
	IsCustomImage         bool        `json:"is_custom_image,omitempty"`
	BotID                 BotID       `json:"bot_id,omitempty"`
	APIAppID              AppID       `json:"api_app_id,omitempty"`
	AlwaysActive          bool        `json:"always_active,omitempty"`
	Image24               string      `json:"image_24"`
	Image32               string      `json:"image_32"`
	Image48               string      `json:"image_48"`
	Image72               string      `json:"image_72"`
	Image192              string      `json:"image_192"`
	Image512              string      `json:"image_512"`
	Image1024             string      `json:"image_1024,omitempty"`
	ImageOriginal         string      `json:"image_original,omitempty"`
	Team                  WorkspaceID `json:"team"`
}

// Object is the user in Slack's JSON.
func (u User) Object() UserObject {
	zone := zoneOf(u.TimeZone)
	label, offset := Now().In(zone).Zone()
	if zone == time.UTC {
		label = "Coordinated Universal Time"
	}
	return UserObject{
		ID:                u.ID,
		TeamID:            u.Workspace,
		Name:              u.Name,
		Deleted:           u.Deleted,
		Color:             colorOf(u.ID),
		RealName:          u.fullName(),
		TZ:                zone.String(),
		TZLabel:           label,
		TZOffset:          offset,
		Profile:           u.Profile(),
		IsAdmin:           u.Role.AtLeast(Admin),
		IsOwner:           u.Role.AtLeast(Owner),
		IsPrimaryOwner:    u.Role == PrimaryOwner,
		IsRestricted:      u.Role.IsGuest(),
		IsUltraRestricted: u.Role == SingleGuest,
		IsBot:             u.Bot != "",
		Updated:           max(u.UpdatedMS, u.CreatedMS) / 1000,
		IsEmailConfirmed:  u.Email != "",
		WhoCanShare:       "EVERYONE",
	}
}

// Profile is the user's profile in Slack's JSON.
func (u User) Profile() ProfileObject {
	first, last, _ := strings.Cut(u.fullName(), " ")
	hash := avatarHash(u.ID)
	p := ProfileObject{
		Title:                 u.Title,
		RealName:              u.fullName(),
		RealNameNormalized:    u.fullName(),
		DisplayName:           u.DisplayName,
		DisplayNameNormalized: u.DisplayName,
		FirstName:             first,
		LastName:              strings.TrimSpace(last),
		Email:                 u.Email,
		StatusText:            u.StatusText,
		StatusEmoji:           u.StatusEmoji,
		StatusEmojiInfo:       []struct{}{},
		StatusExpiration:      u.StatusEnds,
		Phone:                 u.Details.Phone,
		Skype:                 u.Details.Skype,
		Pronouns:              u.Details.Pronouns,
		StartDate:             u.Details.StartDate,
		AvatarHash:            hash,
		BotID:                 u.Bot,
		APIAppID:              u.App,
		Image24:               avatarPath(hash, 24),
		Image32:               avatarPath(hash, 32),
		Image48:               avatarPath(hash, 48),
		Image72:               avatarPath(hash, 72),
		Image192:              avatarPath(hash, 192),
		Image512:              avatarPath(hash, 512),
		Team:                  u.Workspace,
	}
	if u.Avatar != "" {
		p.setPicture(u.Workspace, u.Avatar)
	}
	return p
}

// setPicture shows the picture that the user uploaded.
func (p *ProfileObject) setPicture(w WorkspaceID, picture string) {
	p.AvatarHash, _, _ = strings.Cut(picture, ".")
	p.AvatarHash = p.AvatarHash[:min(len(p.AvatarHash), 12)]
	p.IsCustomImage = true
	for size, path := range map[string]*string{
		"24": &p.Image24, "32": &p.Image32, "48": &p.Image48, "72": &p.Image72, "192": &p.Image192, "512": &p.Image512,
		"1024": &p.Image1024, "original": &p.ImageOriginal,
	} {
		*path = picturePath(w, picture, size)
	}
}

func (u User) fullName() string {
	if u.RealName == "" {
		return u.Name
	}
	return u.RealName
}

// zones keeps loaded time zones: LoadLocation reads a file each time. Only
// names that exist are kept, some hundreds at most.
var zones sync.Map // string → *time.Location

func zoneOf(name string) *time.Location {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location)
	}
	if name == "" || name == "Local" {
		return time.UTC
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, zone)
	return zone
}

var colors = [...]string{
	"9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c",
	"5b89d5", "2b6836", "99a949", "df3dc0", "4cc091", "9b3b45", "d58247", "bb86b7",
	"5a4592", "db3150", "235e5b", "9e3997", "53b759", "c386df", "385a86", "a63024",
}

// colorOf is a user's color: as random as their id, and always the same.
func colorOf(u UserID) string { return colors[hashOf(u)%uint64(len(colors))] }

// avatarHash begins with g, as Slack's do for a picture that nobody uploaded.
func avatarHash(u UserID) string { return fmt.Sprintf("g%011x", hashOf(u)>>20) }

// AvatarFolder is where pictures' paths begin.
const AvatarFolder = "/avatars/"

func avatarPath(hash string, size int) string {
	return fmt.Sprintf("%s%s-%d.svg", AvatarFolder, hash, size)
}

func hashOf(u UserID) uint64 {
	h := fnv.New64a()
	h.Write([]byte(u))
	return h.Sum64()
}

// Absolute puts base, an URL without the last slash, before the pictures' paths.
func (p *ProfileObject) Absolute(base string) {
	for _, path := range []*string{&p.Image24, &p.Image32, &p.Image48, &p.Image72, &p.Image192, &p.Image512, &p.Image1024, &p.ImageOriginal} {
		if *path != "" {
			*path = base + *path
		}
	}
}
