package chat

import "strings"

// User is the user of whom the object tells, as far as it does: Object gives the same
// again, with paths where it had URLs. The manual away is not in it, a change's time
// is in whole seconds, and who has no full name gets the handle for one.
func (o UserObject) User() User {
	p := o.Profile
	u := User{
		ID: o.ID, Workspace: o.TeamID, Name: o.Name, RealName: p.RealName, DisplayName: p.DisplayName,
		Email: p.Email, Title: p.Title, StatusText: p.StatusText, StatusEmoji: p.StatusEmoji, StatusEnds: p.StatusExpiration,
		Details:  UserDetails{Phone: p.Phone, Skype: p.Skype, Pronouns: p.Pronouns, StartDate: p.StartDate},
		TimeZone: o.TZ, Role: o.role(), Deleted: o.Deleted, Bot: p.BotID, App: p.APIAppID,
		CreatedMS: o.Updated * 1000, UpdatedMS: o.Updated * 1000,
	}
	if p.IsCustomImage {
		u.Avatar = pictureOf(o.TeamID, p.ImageOriginal)
	}
	return u
}

func (o UserObject) role() Role {
	switch {
	case o.IsPrimaryOwner:
		return PrimaryOwner
	case o.IsOwner:
		return Owner
	case o.IsAdmin:
		return Admin
	case o.IsUltraRestricted:
		return SingleGuest
	case o.IsRestricted:
		return Guest
	}
	return Member
}

// pictureOf is the name of the picture to which picturePath leads.
func pictureOf(w WorkspaceID, url string) string {
	_, name, _ := strings.Cut(url, PictureFolder+string(w)+"-")
	name, kind, _ := strings.Cut(name, ".")
	word, _, _ := strings.Cut(name, "-")
	return word + "." + kind
}
