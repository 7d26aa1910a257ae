package chat

// BotObject is a bot in Slack's JSON, as bots.info and bot_added show it.
type BotObject struct {
	ID      BotID     `json:"id"`
	Deleted bool      `json:"deleted"`
	Name    string    `json:"name"`
	Updated int64     `json:"updated"` // seconds
	AppID   AppID     `json:"app_id"`
	UserID  UserID    `json:"user_id"`
	Icons   IconsPart `json:"icons"`
}

// BotProfileObject is what a bot's message says of the bot.
type BotProfileObject struct {
	ID      BotID       `json:"id"`
	Deleted bool        `json:"deleted"`
	Name    string      `json:"name"`
	Updated int64       `json:"updated"`
	AppID   AppID       `json:"app_id"`
	Icons   IconsPart   `json:"icons"`
	TeamID  WorkspaceID `json:"team_id"`
}

// IconsPart holds a bot's pictures.
type IconsPart struct {
	Image36 string `json:"image_36"`
	Image48 string `json:"image_48"`
	Image72 string `json:"image_72"`
}

// Object is the bot in Slack's JSON.
func (b Bot) Object() BotObject {
	return BotObject{b.ID, b.Deleted, b.Name, b.UpdatedMS / 1000, b.App, b.User, b.icons()}
}

// Profile is the bot_profile of the bot's messages.
func (b Bot) Profile() BotProfileObject {
	return BotProfileObject{b.ID, b.Deleted, b.Name, b.UpdatedMS / 1000, b.App, b.icons(), b.Workspace}
}

func (b Bot) icons() IconsPart {
	hash := avatarHash(b.User)
	return IconsPart{avatarPath(hash, 36), avatarPath(hash, 48), avatarPath(hash, 72)}
}

// Absolute puts base, an URL without the last slash, before the pictures' paths.
func (i *IconsPart) Absolute(base string) {
	i.Image36, i.Image48, i.Image72 = base+i.Image36, base+i.Image48, base+i.Image72
}
