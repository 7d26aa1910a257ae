package webapi

import (
	"context"

	"taut/chat"
	"taut/store"
)

// manageErrors are accountErrors with what else administrators can meet.
var manageErrors = merged(accountErrors, map[string]string{
	"forbidden:actor": "no_permission",
	"forbidden:role":  "cant_manage_user",
	"forbidden:rank":  "cant_manage_user",
	"not_found:token": "token_not_found",
	"invalid:role":    "invalid_role",
	"limited:codes":   "too_many_invitations",
})

func merged(tables ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, t := range tables {
		for k, v := range t {
			all[k] = v
		}
	}
	return all
}

// managed makes a method for who may do the act; "" leaves that to the handler.
func (s *Server) managed(name string, act chat.Act, h handler, required ...string) method {
	guarded := func(ctx context.Context, q *request) (answer, error) {
		if act == "" {
			return h(ctx, q)
		}
		if err := q.mustMay(ctx, act); err != nil {
			return nil, err
		}
		return h(ctx, q)
	}
	return method{name: name, handle: telling(afresh(guarded)), tokens: people, scopes: []string{clientScope}, required: required, errors: manageErrors}
}

func (s *Server) manageMethods() []method {
	return []method{
		s.managed("manage.users.list", chat.ManagePeople, s.manageUsersList),
		s.managed("manage.users.setRole", chat.ManagePeople, s.manageUsersSetRole, "user", "role"),
		s.managed("manage.users.deactivate", chat.ManagePeople, s.manageUsersDeactivate, "user"),
		s.managed("manage.users.reactivate", chat.ManagePeople, s.manageUsersReactivate, "user"),
		s.managed("manage.users.resetPassword", chat.ManagePeople, s.manageUsersResetPassword, "user"),
		s.managed("manage.users.dropSecondFactor", chat.ManagePeople, s.manageUsersDropSecondFactor, "user"),
		s.managed("manage.users.sessions.list", chat.ManagePeople, s.manageSessionsList, "user"),
		s.managed("manage.users.sessions.revoke", chat.ManagePeople, s.manageSessionsRevoke, "user"),
		s.managed("manage.users.transferOwnership", "", s.manageTransferOwnership, "user", "password"),
		s.managed("manage.invites.create", "", s.manageInvitesCreate),
		s.managed("manage.invites.list", chat.ManagePeople, s.manageInvitesList),
		s.managed("manage.invites.revoke", chat.ManagePeople, s.manageInvitesRevoke, "invite"),
		s.managed("manage.settings.get", "", s.manageSettingsGet),
		s.managed("manage.settings.set", chat.ManageSettings, s.manageSettingsSet, "settings"),
		s.managed("manage.workspace.update", chat.ManageSettings, s.manageWorkspaceUpdate),
		s.managed("manage.bots.create", chat.ManageApps, s.manageBotsCreate, "name"),
		s.managed("manage.bots.list", chat.ManageApps, s.manageBotsList),
		s.managed("manage.bots.deactivate", chat.ManageApps, s.manageBotsDeactivate, "bot"),
		s.managed("manage.bots.tokens.create", chat.ManageApps, s.manageBotTokensCreate, "bot"),
		s.managed("manage.bots.tokens.list", chat.ManageApps, s.manageBotTokensList, "bot"),
		s.managed("manage.bots.tokens.revoke", chat.ManageApps, s.manageBotTokensRevoke, "bot", "token_id"),
		s.managed("manage.audit.list", chat.ReadAudit, s.manageAuditList),
		s.managed("manage.usage", chat.ManagePeople, s.manageUsage),
	}
}

// mustMay fails with no_permission unless the settings let the caller do it.
func (q *request) mustMay(ctx context.Context, act chat.Act) error {
	may, err := q.may(ctx, act)
	if err == nil && !may {
		err = chat.NewError(chat.Forbidden, string(act))
	}
	return err
}

// managedUser is a person whose account the caller may change. One who is not
// theirs to manage is Forbidden "rank"; a bot is NotFound "user", as it is managed
// as one.
func (q *request) managedUser(ctx context.Context) (chat.User, error) {
	u, err := q.workspace.User(ctx, q.args.user("user"))
	switch {
	case err != nil:
		return u, err
	case u.Bot != "":
		return u, chat.NewError(chat.NotFound, "user")
	case !q.caller.Role.MayManage(u.Role):
		return u, chat.NewError(chat.Forbidden, "rank")
	}
	return u, nil
}

// change does an administrator's act to a person, with the ranks looked at once
// more where the change is written.
func (q *request) change(ctx context.Context, action string, detail map[string]string, update func(u *chat.User) error) (chat.User, error) {
	u, err := q.managedUser(ctx)
	if err != nil {
		return u, err
	}
	return q.workspace.ChangeUser(ctx, store.UserChange{
		By: q.actor(), Action: action, User: u.ID, Detail: detail,
		Update: func(actor, u *chat.User) error {
			if !actor.Role.MayManage(u.Role) {
				return chat.NewError(chat.Forbidden, "rank")
			}
			return update(u)
		},
	})
}
