package chat

// LinkLooker looks at the links of messages that were posted, and attaches what
// it finds there. Look does not wait for that.
type LinkLooker interface {
	Look(w WorkspaceID, c ChannelID, m Message)
}
