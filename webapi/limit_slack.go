package webapi

import (
	"math"
	"strings"
	"time"

	"taut/chat"
	"taut/internal/limit"
)

// tiers are Slack's: so many calls of one method a minute, for one app in one
// workspace, of which a minute's worth may come at once.
var tiers = map[string]limit.Rate{
	"t1": perMinute(1), "t2": perMinute(20), "t3": perMinute(50), "t4": perMinute(100),
	// Methods with a limit of their own, of which Slack says "hundreds a minute".
	"t5": perMinute(600),
}

func perMinute(n float64) limit.Rate { return limit.Rate{PerSecond: n / 60, Burst: n} }

// A channel takes a message a second, and a few at once; so does a webhook.
var slackChannel = limit.Rate{PerSecond: 1, Burst: 5}

// methodTiers are the tiers of methods that are not of t3.
var methodTiers = tierTable(map[string]string{
	"t1": "rtm.connect",
	"t2": "admin.conversations.convertToPrivate admin.conversations.convertToPublic bookmarks.add bookmarks.edit bookmarks.remove conversations.archive conversations.close conversations.create " +
		"conversations.list conversations.rename conversations.setPurpose conversations.setTopic conversations.unarchive " +
		"dnd.endDnd dnd.endSnooze dnd.setSnooze dnd.teamInfo emoji.list files.upload pins.add pins.list pins.remove " +
		"reactions.list reactions.remove reminders.add reminders.complete reminders.delete reminders.info reminders.list " +
		"search.all search.files search.messages usergroups.create usergroups.disable usergroups.enable usergroups.list " +
		"usergroups.update usergroups.users.list usergroups.users.update users.deletePhoto users.list users.setActive " +
		"users.setPhoto users.setPresence",
	"t4": "api.test chat.postEphemeral conversations.members files.completeUploadExternal files.getUploadURLExternal " +
		"files.info users.info users.profile.get",
	"t5": "auth.test chat.getPermalink chat.postMessage",
})

func tierTable(lists map[string]string) map[string]string {
	table := map[string]string{}
	for tier, names := range lists {
		for name := range strings.FieldsSeq(names) {
			table[name] = tier
		}
	}
	return table
}

// tier is the method's; an older name has that of today's, and our own methods
// have the middle one.
func (m *method) tier() string {
	name := m.name
	if verb, ok := olderVerb(name); ok {
		name = "conversations." + verb
	}
	if t, ok := methodTiers[name]; ok {
		return t
	}
	return "t3"
}

// olderVerb is what stands behind the family in a name like channels.info.
func olderVerb(name string) (verb string, ok bool) {
	family, verb, _ := strings.Cut(name, ".")
	switch family {
	case "channels", "groups", "im", "mpim":
		return verb, true
	}
	return "", false
}

// keepToTier holds an app, or a person's own token, to Slack's limits, where
// they are switched on. Browsers' sessions have none: Slack's limits are for
// programs.
func (q *request) keepToTier(now time.Time) error {
	l := q.server.limits
	if !q.server.slackLimits || q.caller.Workspace == "" || q.caller.TokenType == chat.SessionToken {
		return nil
	}
	who := string(q.caller.App)
	if who == "" {
		who = string(q.caller.User)
	}
	wait := l.Take(limit.Key{Workspace: q.caller.Workspace, Who: who, What: q.method.name}, tiers[q.method.tier()], now)
	if wait > 0 {
		return q.limited("ratelimited", wait)
	}
	if q.method.name == "chat.postMessage" {
		if wait = l.Take(limit.Key{Workspace: q.caller.Workspace, Who: who, What: "in " + cutKey(q.args.text("channel"))}, slackChannel, now); wait > 0 {
			return q.limited("rate_limited", wait)
		}
	}
	return nil
}

// limited is the error of a limit, with the whole seconds to wait.
func (q *request) limited(name string, wait time.Duration) error {
	q.retryAfter = int(math.Ceil(wait.Seconds()))
	return fail(name)
}

// cutKey bounds what a bucket's key takes of memory.
func cutKey(text string) string { return text[:min(len(text), 80)] }
