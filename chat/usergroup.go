package chat

// Usergroup is a set of people who are mentioned together. Times are in seconds.
type Usergroup struct {
	ID          string // S…
	Workspace   WorkspaceID
	Name        string
	Handle      string // "" for none
	Description string
	Channels    []ChannelID // where its members belong
	CreatedBy   UserID
	UpdatedBy   UserID
	DeletedBy   UserID
	Created     int64
	Updated     int64
	Deleted     int64 // 0: it is in use
	UserCount   int
}

// UsergroupObject is a user group in Slack's JSON.
type UsergroupObject struct {
	ID          string         `json:"id"`
	TeamID      WorkspaceID    `json:"team_id"`
	IsUsergroup bool           `json:"is_usergroup"`
	IsSubteam   bool           `json:"is_subteam"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Handle      string         `json:"handle"`
	IsExternal  bool           `json:"is_external"`
	DateCreate  int64          `json:"date_create"`
	DateUpdate  int64          `json:"date_update"`
	DateDelete  int64          `json:"date_delete"`
	AutoType    *string        `json:"auto_type"`
	CreatedBy   UserID         `json:"created_by"`
	UpdatedBy   UserID         `json:"updated_by"`
	DeletedBy   *UserID        `json:"deleted_by"`
	Prefs       UsergroupPrefs `json:"prefs"`
	Users       []UserID       `json:"users,omitzero"` // where they are asked for
	UserCount   int            `json:"user_count"`
}

// UsergroupPrefs are the conversations where a group's members belong.
type UsergroupPrefs struct {
	Channels []ChannelID `json:"channels"`
	Groups   []ChannelID `json:"groups"`
}

// Object is the group in Slack's JSON.
func (g Usergroup) Object() UsergroupObject {
	o := UsergroupObject{
		ID: g.ID, TeamID: g.Workspace, IsUsergroup: true, IsSubteam: true,
		Name: g.Name, Description: g.Description, Handle: g.Handle,
		DateCreate: g.Created, DateUpdate: g.Updated, DateDelete: g.Deleted,
		CreatedBy: g.CreatedBy, UpdatedBy: g.UpdatedBy,
		Prefs: UsergroupPrefs{Channels: g.Channels, Groups: []ChannelID{}}, UserCount: g.UserCount,
	}
	if o.Prefs.Channels == nil {
		o.Prefs.Channels = []ChannelID{}
	}
	if g.DeletedBy != "" {
		o.DeletedBy = &g.DeletedBy
	}
	return o
}
