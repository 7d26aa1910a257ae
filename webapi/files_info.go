package webapi

import (
	"context"
	"fmt"
	"strconv"

	"taut/chat"
	"taut/store"
)

// fileInfo is a file with what is only told where files are asked for.
type fileInfo struct {
	chat.FileObject
	CommentsCount int              `json:"comments_count"` // there are none
	IsStarred     bool             `json:"is_starred"`
	Channels      []chat.ChannelID `json:"channels"`
	Groups        []chat.ChannelID `json:"groups"`
	IMs           []chat.ChannelID `json:"ims"`
	Shares        *fileShares      `json:"shares,omitempty"`
}

type fileShares struct {
	Public  map[chat.ChannelID][]fileShare `json:"public,omitempty"`
	Private map[chat.ChannelID][]fileShare `json:"private,omitempty"`
}

type fileShare struct {
	ReplyUsers      []chat.UserID    `json:"reply_users"`
	ReplyUsersCount int              `json:"reply_users_count"`
	ReplyCount      int              `json:"reply_count"`
	TS              chat.TS          `json:"ts"`
	ThreadTS        chat.TS          `json:"thread_ts,omitzero"`
	ChannelName     string           `json:"channel_name,omitempty"`
	TeamID          chat.WorkspaceID `json:"team_id"`
	ShareUserID     chat.UserID      `json:"share_user_id"`
}

type fileInfoAnswer struct {
	reply
	File     fileInfo   `json:"file"`
	Comments []struct{} `json:"comments"`
	Content  string     `json:"content,omitempty"`
	Paging   paging     `json:"paging"`
}

type paging struct {
	Count int `json:"count"`
	Total int `json:"total"`
	Page  int `json:"page"`
	Pages int `json:"pages"`
}

func (s *Server) filesInfo(ctx context.Context, q *request) (answer, error) {
	f, err := q.file(ctx, "file")
	if err != nil {
		return nil, err
	}
	infos, err := q.fileInfos(ctx, []chat.File{f})
	if err != nil {
		return nil, err
	}
	a := &fileInfoAnswer{File: infos[0], Comments: []struct{}{}, Paging: paging{Count: defaultPage, Page: 1, Pages: 0}}
	a.page("")
	return a, nil
}

// fileInfos tells of each file where the caller sees it shared.
func (q *request) fileInfos(ctx context.Context, files []chat.File) ([]fileInfo, error) {
	ids := make([]chat.FileID, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	shares, err := q.workspace.SharesOf(ctx, ids, q.viewer())
	if err != nil {
		return nil, err
	}
	names := map[chat.ChannelID]chat.Channel{}
	infos := make([]fileInfo, len(files))
	for i, f := range files {
		for _, s := range shares[f.ID] {
			f.Public = f.Public || s.Public
		}
		infos[i] = fileInfo{FileObject: f.Object(q.publicURL()), Channels: []chat.ChannelID{}, Groups: []chat.ChannelID{}, IMs: []chat.ChannelID{}}
		for _, s := range shares[f.ID] {
			c, known := names[s.Channel]
			if !known {
				if c, err = q.workspace.Channel(ctx, s.Channel); err != nil {
					return nil, err
				}
				names[s.Channel] = c
			}
			infos[i].addShare(s, c)
		}
	}
	return infos, nil
}

func (f *fileInfo) addShare(s chat.Share, c chat.Channel) {
	if f.Shares == nil {
		f.Shares = &fileShares{}
	}
	list, shares := &f.Groups, &f.Shares.Private
	switch c.Type {
	case chat.PublicChannel:
		list, shares = &f.Channels, &f.Shares.Public
	case chat.DM:
		list = &f.IMs
	}
	if *shares == nil {
		*shares = map[chat.ChannelID][]fileShare{}
	}
	if _, listed := (*shares)[s.Channel]; !listed {
		*list = append(*list, s.Channel)
	}
	(*shares)[s.Channel] = append((*shares)[s.Channel], fileShare{
		ReplyUsers: []chat.UserID{}, TS: s.TS, ThreadTS: s.Thread, ChannelName: c.Name, TeamID: c.Workspace, ShareUserID: s.User,
	})
}

type filesListAnswer struct {
	reply
	Files  []fileInfo `json:"files"`
	Paging paging     `json:"paging"`
}

// filesList lists the files that the caller may see, newest first, by pages.
func (s *Server) filesList(ctx context.Context, q *request) (answer, error) {
	query, page, err := q.fileQuery(ctx)
	if err != nil {
		return nil, err
	}
	files, total, err := q.workspace.Files(ctx, query)
	if err != nil {
		return nil, err
	}
	a := &filesListAnswer{Paging: paging{Count: query.Limit, Total: total, Page: page, Pages: (total + query.Limit - 1) / query.Limit}}
	a.Files, err = q.fileInfos(ctx, files)
	return a, err
}

// maxFilesListed is the most of one page.
const maxFilesListed = 200

func (q *request) fileQuery(ctx context.Context) (query store.FileQuery, page int, err error) {
	query = store.FileQuery{Viewer: q.viewer()}
	if query.Limit, err = q.args.limit("count", defaultPage, maxFilesListed); err != nil {
		return query, 0, err
	}
	if page, err = q.args.limit("page", 1, 1<<20); err != nil {
		return query, 0, err
	}
	query.Offset = (page - 1) * query.Limit
	if query.Kinds, err = q.fileKinds(); err != nil {
		return query, 0, err
	}
	if query.FromMS, err = q.fileTime("ts_from"); err != nil {
		return query, 0, err
	}
	if query.ToMS, err = q.fileTime("ts_to"); err != nil {
		return query, 0, err
	}
	if q.args.has("user") {
		if query.Owner, err = q.reactor(ctx); err != nil {
			return query, 0, err
		}
	}
	if q.args.has("channel") {
		c, err := q.channel(ctx, q.args.channel("channel"))
		if err != nil {
			return query, 0, err
		}
		query.Channel = c.ID
	}
	return query, page, nil
}

func (q *request) fileKinds() (kinds []string, err error) {
	for _, kind := range q.args.list("types") {
		switch {
		case kind == "all":
			return nil, nil
		case store.FileKind(kind):
			kinds = append(kinds, kind)
		case kind == "spaces" || kind == "gdocs" || kind == "canvases" || kind == "lists":
			kinds = append(kinds, "none")
		default:
			return nil, fail("unknown_type")
		}
	}
	return kinds, nil
}

// fileTime reads seconds since 1970, which may have a fraction, as milliseconds.
func (q *request) fileTime(name string) (int64, error) {
	text := q.args.text(name)
	if text == "" || text == "all" || text == "now" {
		return 0, nil
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || seconds < 0 || seconds > 1e11 {
		return 0, invalidArguments(fmt.Sprintf("[ERROR] must be a time in seconds [json-pointer:/%s]", name))
	}
	return int64(seconds * 1000), nil
}
