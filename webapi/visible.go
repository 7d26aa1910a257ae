package webapi

import (
	"context"

	"taut/chat"
)

// maxVisiblePages bounds what is read of a guest's channels; whom the pages after
// it would show stays invisible.
const maxVisiblePages = 50

// VisibleUsers are those of the users whom the caller may know of, in their order:
// all for a full member; for a guest themself and those with whom they share a
// channel, as users.info has it.
func (s *Server) VisibleUsers(ctx context.Context, c chat.Caller, users []chat.UserID) ([]chat.UserID, error) {
	if !c.Role.IsGuest() {
		return users, nil
	}
	hidden := map[chat.UserID]bool{}
	for _, u := range users {
		hidden[u] = u != c.User && u != slackbot
	}
	if err := s.uncover(ctx, c, hidden); err != nil {
		return nil, err
	}
	visible := make([]chat.UserID, 0, len(users))
	for _, u := range users {
		if !hidden[u] {
			visible = append(visible, u)
		}
	}
	return visible, nil
}

// uncover takes the mark from those who are in one of the caller's channels, and
// reads no further once nobody has it.
func (s *Server) uncover(ctx context.Context, c chat.Caller, hidden map[chat.UserID]bool) error {
	left := 0
	for _, h := range hidden {
		if h {
			left++
		}
	}
	if left == 0 {
		return nil
	}
	w := s.store.Workspace(c.Workspace)
	mine, err := w.Memberships(ctx, c.User)
	if err != nil {
		return err
	}
	pages := 0
	for _, m := range mine.Channels {
		for after := chat.UserID(""); ; pages++ {
			if left == 0 || pages == maxVisiblePages {
				return nil
			}
			members, err := w.Members(ctx, m.Channel, after, maxPage)
			if err != nil {
				return err
			}
			for _, u := range members {
				if hidden[u] {
					hidden[u] = false
					left--
				}
			}
			if len(members) < maxPage {
				break
			}
			after = members[len(members)-1]
		}
	}
	return nil
}
