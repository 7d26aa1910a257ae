package ring

import (
	"slices"
	"strings"
)

// MaxMembers bounds a ring: more would have no slot of their own.
const MaxMembers = Slots

// Assignment gives each slot to a member. One without members gives them to nobody.
type Assignment struct {
	epoch   int64
	members []string      // sorted, each once
	owner   [Slots]uint16 // an index into members
}

// Static is the assignment of a deployment whose one channel server owns all.
func Static(member string) *Assignment {
	return &Assignment{epoch: 1, members: []string{member}}
}

// New is the first assignment of the members, in whatever order they come.
func New(members []string) *Assignment { return (&Assignment{}).Next(members) }

// Epoch is the version of the assignment: the higher one is the newer.
func (a *Assignment) Epoch() int64 { return a.epoch }

// Members are those that own slots, sorted.
func (a *Assignment) Members() []string { return slices.Clone(a.members) }

// Owner is the member to which the slot belongs; "" where there is none.
func (a *Assignment) Owner(s Slot) string {
	if len(a.members) == 0 {
		return ""
	}
	return a.members[a.owner[s%Slots]]
}

// Counts is how many slots each member owns.
func (a *Assignment) Counts() map[string]int {
	counts := make(map[string]int, len(a.members))
	for s := range Slot(Slots) {
		if o := a.Owner(s); o != "" {
			counts[o]++
		}
	}
	return counts
}

// Same tells whether the members are those of the assignment, in whatever order.
func (a *Assignment) Same(members []string) bool { return slices.Equal(a.members, normal(members)) }

// At is the same assignment in a later epoch; in its own where that is later.
func (a *Assignment) At(epoch int64) *Assignment {
	later := *a
	later.epoch = max(a.epoch, epoch)
	return &later
}

// Next is the assignment of the next epoch. A slot stays where it is, unless its
// member is gone or has more than its share.
func (a *Assignment) Next(members []string) *Assignment {
	n := &Assignment{epoch: a.epoch + 1, members: normal(members)}
	if len(n.members) == 0 {
		return n
	}
	share := n.shares(a.Counts())
	var free []Slot
	for s := range Slot(Slots) {
		i, there := slices.BinarySearch(n.members, a.Owner(s))
		if !there || share[i] == 0 {
			free = append(free, s)
			continue
		}
		share[i]--
		n.owner[s] = uint16(i)
	}
	i := 0
	for _, s := range free {
		for share[i] == 0 {
			i++
		}
		share[i]--
		n.owner[s] = uint16(i)
	}
	return n
}

// shares is how many slots each member is to have: all the same, and one more for
// some, those first that have the most now.
func (a *Assignment) shares(now map[string]int) []int {
	share := make([]int, len(a.members))
	byCount := make([]int, len(a.members))
	for i := range share {
		share[i], byCount[i] = Slots/len(share), i
	}
	slices.SortStableFunc(byCount, func(i, j int) int { return now[a.members[j]] - now[a.members[i]] })
	for _, i := range byCount[:Slots%len(share)] {
		share[i]++
	}
	return share
}

// normal is the members sorted, each once, and no more than have a slot.
func normal(members []string) []string {
	sorted := slices.DeleteFunc(slices.Clone(members), func(m string) bool { return strings.TrimSpace(m) == "" })
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	return sorted[:min(len(sorted), MaxMembers)]
}
