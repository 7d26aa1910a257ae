package store

import (
	"context"

	"taut/chat"
)

// aboveHorizons raises marks to where their channels' messages went: nobody has to
// read what is no more.
func (s *Store) aboveHorizons(ctx context.Context, w chat.WorkspaceID, marks []chat.ReadMark) ([]chat.ReadMark, error) {
	channels := make([]chat.ChannelID, len(marks))
	for i, m := range marks {
		channels[i] = m.Channel
	}
	raised := make(map[chat.ChannelID]chat.ReadMark)
	err := inChunks(channels, func(chunk []any) error {
		rows, err := s.db.QueryContext(ctx, "SELECT stream_id, ts, n FROM horizons WHERE workspace_id = ? AND stream_id IN ("+placeholders(len(chunk))+")",
			append([]any{w}, chunk...)...)
		_, err = collect(rows, err, func(r scanner) (m chat.ReadMark, err error) {
			err = r.Scan(&m.Channel, &m.LastRead, &m.N)
			raised[m.Channel] = m
			return m, err
		})
		return err
	})
	if err != nil || len(raised) == 0 {
		return marks, err
	}
	above := make([]chat.ReadMark, len(marks))
	for i, m := range marks {
		if h := raised[m.Channel]; h.LastRead > m.LastRead {
			m.LastRead, m.N = h.LastRead, max(m.N, h.N)
		}
		above[i] = m
	}
	return above, nil
}
