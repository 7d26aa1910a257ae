package chat

// Settings are a workspace's own, changed by its owners and admins. The zero
// value is what a new workspace has.
type Settings struct {
	// Allow is the least role for an act, where it is not the default one.
	Allow map[Act]Role `json:"allow,omitempty"`
	// RetentionDays is how long messages are kept; 0: forever. A channel may
	// have its own.
	RetentionDays int `json:"retention_days,omitempty"`
	// EditMinutes is how long authors may edit their messages; 0: always.
	EditMinutes int `json:"edit_minutes,omitempty"`
	// StorageBytes bounds what the workspace's files take; 0: the server's default.
	StorageBytes int64 `json:"storage_bytes,omitempty"`
	// RequireTOTP: people have to set up a second factor before anything else.
	RequireTOTP bool `json:"require_totp,omitempty"`
}

// Act is something that settings give to a role and those above it.
type Act string

const (
	InviteMembers  Act = "invite_members"
	InviteGuests   Act = "invite_guests"
	CreatePublic   Act = "create_public_channels"
	CreatePrivate  Act = "create_private_channels"
	ConvertChannel Act = "convert_channels" // make a public one that they are in private
	MentionAll     Act = "mention_all"      // @channel, @here and @everyone
	UploadFiles    Act = "upload_files"
	AddEmoji       Act = "add_emoji"
	ManageGroups   Act = "manage_user_groups"
	ManageApps     Act = "manage_apps"     // bots, their tokens and webhooks
	ManagePeople   Act = "manage_people"   // roles below one's own, deactivation
	ManageSettings Act = "manage_settings" // these, retention, the workspace's name
	ReadAudit      Act = "read_audit"
	ExportData     Act = "export_data"
)

var defaultRoles = map[Act]Role{
	InviteMembers: Member, InviteGuests: Admin, CreatePublic: Member, CreatePrivate: Member, ConvertChannel: Admin,
	MentionAll: Member, UploadFiles: SingleGuest, AddEmoji: Member, ManageGroups: Admin,
	ManageApps: Admin, ManagePeople: Admin, ManageSettings: Owner, ReadAudit: Owner, ExportData: Owner,
}

// Allows tells whether a user of this role may do it.
func (s Settings) Allows(r Role, a Act) bool {
	least, ok := s.Allow[a]
	if !ok {
		least, ok = defaultRoles[a]
	}
	return ok && r.AtLeast(least)
}
