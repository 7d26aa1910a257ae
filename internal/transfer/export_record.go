package transfer

import (
	"cmp"
	"context"
	"slices"

	"taut/chat"
	"taut/store"
)

// exportedChannel is a conversation in channels.json and groups.json; mpims.json
// has the same, dms.json less.
type exportedChannel struct {
	ID            chat.ChannelID    `json:"id"`
	Name          string            `json:"name,omitempty"`
	Created       int64             `json:"created"`
	Creator       chat.UserID       `json:"creator,omitempty"`
	IsArchived    *bool             `json:"is_archived,omitempty"`
	IsGeneral     *bool             `json:"is_general,omitempty"`
	Members       []chat.UserID     `json:"members"`
	Topic         *chat.BlurbObject `json:"topic,omitempty"`
	Purpose       *chat.BlurbObject `json:"purpose,omitempty"`
	PreviousNames []string          `json:"previous_names,omitempty"`
	Updated       int64             `json:"updated,omitempty"`
	Pins          []exportedPin     `json:"pins,omitempty"`
}

// exportedPin is a pinned message.
type exportedPin struct {
	ID      chat.TS     `json:"id"`
	Type    string      `json:"type"`
	Created int64       `json:"created"`
	User    chat.UserID `json:"user"`
	Owner   chat.UserID `json:"owner"`
}

// exportedMessage is a message as exports have it.
type exportedMessage struct {
	chat.Message
	UserTeam    chat.WorkspaceID      `json:"user_team,omitempty"`
	SourceTeam  chat.WorkspaceID      `json:"source_team,omitempty"`
	UserProfile *exportedProfile      `json:"user_profile,omitempty"`
	Replies     []store.ExportedReply `json:"replies,omitempty"`
}

// exportedProfile is what a message says of who wrote it.
type exportedProfile struct {
	AvatarHash        string           `json:"avatar_hash"`
	Image72           string           `json:"image_72"`
	FirstName         string           `json:"first_name"`
	RealName          string           `json:"real_name"`
	DisplayName       string           `json:"display_name"`
	Team              chat.WorkspaceID `json:"team"`
	Name              string           `json:"name"`
	IsRestricted      bool             `json:"is_restricted"`
	IsUltraRestricted bool             `json:"is_ultra_restricted"`
}

// maxUsers bounds the users that are kept in memory for their messages' sake.
const maxUsers = 200_000

func (x *exporting) writeUsers(ctx context.Context) error {
	return x.writeList("users.json", func(add func(any) error) error {
		for after := chat.UserID(""); ; {
			page, err := x.w.Users(ctx, after, 1000)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, u := range page {
				if len(x.users) < maxUsers {
					x.users[u.ID] = u
				}
				x.done.Users++
				if err := add(u.Object()); err != nil {
					return err
				}
			}
			after = page[len(page)-1].ID
		}
	})
}

func (x *exporting) writeChannels(ctx context.Context, name string, kind chat.ChannelType) (all []chat.Channel, err error) {
	err = x.writeList(name, func(add func(any) error) error {
		for after := chat.ChannelID(""); ; {
			page, err := x.w.Channels(ctx, store.ChannelQuery{Types: []chat.ChannelType{kind}, After: after})
			if err != nil || len(page) == 0 {
				return err
			}
			for _, c := range page {
				object, err := x.channel(ctx, c)
				if err != nil {
					return err
				}
				x.done.Channels++
				if err := add(object); err != nil {
					return err
				}
			}
			all = append(all, page...)
			after = page[len(page)-1].ID
		}
	})
	return all, err
}

func (x *exporting) channel(ctx context.Context, c chat.Channel) (exportedChannel, error) {
	o := exportedChannel{ID: c.ID, Created: c.CreatedMS / 1000}
	if c.Type == chat.DM || c.Type == chat.GroupDM {
		o.Members = c.DMUsers
	} else {
		members, err := x.members(ctx, c.ID)
		if err != nil {
			return o, err
		}
		o.Members = members
	}
	if c.Type == chat.DM {
		return o, nil
	}
	object := c.Object()
	o.Name, o.Creator, o.IsArchived, o.Updated = c.Name, c.Creator, &c.Archived, object.Updated
	o.Topic, o.Purpose, o.PreviousNames = &object.Topic, &object.Purpose, c.PreviousNames
	if c.Type == chat.PublicChannel {
		o.IsGeneral = &c.General
	}
	pins, err := x.w.Pins(ctx, c.ID)
	for _, p := range pins {
		o.Pins = append(o.Pins, exportedPin{ID: p.Message.TS, Type: "C", Created: p.CreatedMS / 1000, User: p.By, Owner: p.Message.User})
	}
	slices.SortFunc(o.Pins, func(a, b exportedPin) int { return cmp.Or(cmp.Compare(b.Created, a.Created), cmp.Compare(b.ID, a.ID)) })
	return o, err
}

// members lists a channel's, never null.
func (x *exporting) members(ctx context.Context, ch chat.ChannelID) ([]chat.UserID, error) {
	all := []chat.UserID{}
	for after := chat.UserID(""); ; {
		page, err := x.w.Members(ctx, ch, after, 1000)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		after = page[len(page)-1]
	}
}

func (x *exporting) message(m *store.ExportedMessage) exportedMessage {
	o := exportedMessage{Message: m.Message, Replies: m.Replies}
	u, ok := x.users[m.User]
	if !ok || u.Bot != "" || slices.Contains([]string{chat.SubtypeTombstone, chat.SubtypeBot}, m.Subtype) {
		return o
	}
	p := u.Profile()
	o.UserTeam, o.SourceTeam = u.Workspace, u.Workspace
	o.UserProfile = &exportedProfile{
		AvatarHash: p.AvatarHash, Image72: p.Image72, FirstName: p.FirstName, RealName: p.RealName, DisplayName: p.DisplayName,
		Team: u.Workspace, Name: u.Name, IsRestricted: u.Role.IsGuest(), IsUltraRestricted: u.Role == chat.SingleGuest,
	}
	return o
}
