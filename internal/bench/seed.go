//go:build linux

package bench

import (
	"encoding/json"
	"fmt"
	"os"
)

// seeded is the part that is needed here of what `taut seed` writes.
type seeded struct {
	Workspaces []struct {
		ID    string `json:"id"`
		Users []struct {
			ID    string `json:"id"`
			Token string `json:"token"`
		} `json:"users"`
		Channels []struct {
			ID      string   `json:"id"`
			Members []string `json:"members"`
		} `json:"channels"`
	} `json:"workspaces"`
}

// population is who posts and listens, by number.
type population struct {
	tokens   []string
	channels []room
	rooms    [][]int32 // by user: the channels that they are in
}

// room is a channel under test.
type room struct {
	id      string
	members []int32
}

func readSeed(path string) (*population, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var s seeded
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("seed file %s: %w", path, err)
	}
	if len(s.Workspaces) != 1 || len(s.Workspaces[0].Channels) == 0 {
		return nil, fmt.Errorf("seed file %s: want one workspace with channels", path)
	}
	w := s.Workspaces[0]
	p := &population{rooms: make([][]int32, len(w.Users))}
	number := map[string]int32{}
	for i, u := range w.Users {
		number[u.ID] = int32(i)
		p.tokens = append(p.tokens, u.Token)
	}
	for c, ch := range w.Channels {
		r := room{id: ch.ID}
		for _, m := range ch.Members {
			if u, ok := number[m]; ok { // bots are members, too
				r.members = append(r.members, u)
				p.rooms[u] = append(p.rooms[u], int32(c))
			}
		}
		p.channels = append(p.channels, r)
	}
	return p, nil
}
