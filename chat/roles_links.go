package chat

// LinkLooker looks at the links of messages that were posted, and attaches what
// it finds there. Look does not wait for that.
type LinkLooker interface {
	Look(w WorkspaceID, c ChannelID, m Message, l Links)
}

// Links says which links of a message are looked at: all, but for these.
type Links struct {
	NoPages    bool `json:"no_pages,omitempty"`
	NoPictures bool `json:"no_pictures,omitempty"`
}
