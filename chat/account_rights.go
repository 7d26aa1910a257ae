package chat

import (
	"maps"
	"slices"
)

// MayManage tells whether a user of role r may change accounts of the other
// role, or give it: only of roles below their own. Nobody is above the primary
// owner, so that they stay until they hand their role on themself.
func (r Role) MayManage(other Role) bool { return r.rank() > other.rank() }

// MayInvite tells whether a user of role r may invite somebody to the other role.
func (s Settings) MayInvite(r, other Role) bool {
	act := InviteMembers
	if other.IsGuest() {
		act = InviteGuests
	}
	return s.Allows(r, act) && (!other.AtLeast(Admin) || r.MayManage(other))
}

// ValidRole tells whether it is a role that can be given to people.
func ValidRole(r Role) bool {
	switch r {
	case Owner, Admin, Member, Guest, SingleGuest:
		return true
	}
	return false
}

// ValidAct tells whether it is an act that settings know.
func ValidAct(a Act) bool {
	_, ok := defaultRoles[a]
	return ok
}

// Acts are all that settings know, in no order.
func Acts() []Act { return slices.Collect(maps.Keys(defaultRoles)) }

// Sensitive tells whether an act is not to be given to roles below admin: who may
// do it could take over the workspace or read all of it.
func Sensitive(a Act) bool {
	switch a {
	case ManagePeople, ManageSettings, ManageApps, ReadAudit, ExportData:
		return true
	}
	return false
}
