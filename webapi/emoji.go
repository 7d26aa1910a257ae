package webapi

import (
	"context"

	"taut/chat"
)

type emojiAnswer struct {
	reply
	Emoji   struct{} `json:"emoji"` // none are the workspace's own
	CacheTS chat.TS  `json:"cache_ts"`
}

// emojiList are the workspace's own emoji.
func (s *Server) emojiList(context.Context, *request) (answer, error) {
	return &emojiAnswer{CacheTS: chat.MakeTS(chat.Now().UnixMilli(), 0)}, nil
}
