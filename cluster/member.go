package cluster

import (
	"encoding/json"
	"maps"
	"slices"
)

// Roles that the cluster itself looks at.
const (
	RoleChannelServer = "channelserver"
	RoleRing          = "ring"
)

// Member is what a node says of itself.
type Member struct {
	// Instance is another one in each life of the process.
	Instance string   `json:"instance"`
	Address  string   `json:"address"` // for other nodes
	Roles    []string `json:"roles"`
	Version  string   `json:"version"`
	// Epoch is the newest that the node knew when it got its lease. A manager that knows
	// of none goes on from there: of a registry that was emptied nodes keep what they know.
	Epoch int64 `json:"epoch,omitempty"`
	// Leaving is set by a node that is about to stop.
	Leaving bool `json:"leaving,omitempty"`
}

// Has tells whether the member has the role.
func (m Member) Has(role string) bool { return slices.Contains(m.Roles, role) }

// Keys of the registry.
const (
	membersPrefix = "members/"
	ringsPrefix   = "rings/"
	drainPrefix   = "drain/"
	heatPrefix    = "heat/"
	leadersPrefix = "leaders/"
	leaderRing    = "ring" // below it
)

// parseMembers leaves out what is none: a later version's node is not to be
// misunderstood, and no entry may stop the others.
func parseMembers(keys map[string][]byte) map[string]Member {
	members := make(map[string]Member, len(keys))
	for name, text := range keys {
		var m Member
		if json.Unmarshal(text, &m) == nil && m.Address != "" {
			members[name] = m
		}
	}
	return members
}

// newest is the highest epoch that a member tells of.
func newest(members map[string]Member) (epoch int64) {
	for _, m := range members {
		epoch = max(epoch, m.Epoch)
	}
	return epoch
}

// owners are the members that slots can be given to.
func owners(members map[string]Member, drained, dead map[string]bool) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		m := members[name]
		if m.Has(RoleChannelServer) && !m.Leaving && !drained[name] && !dead[m.Instance] {
			names = append(names, name)
		}
	}
	return names
}
