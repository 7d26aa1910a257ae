package store

import (
	"strings"
	"testing"

	"taut/chat"
)

func TestWebhooks(t *testing.T) {
	s := openStore(t)
	tm, other := newTeam(t, s, "acme"), newTeam(t, s, "other")
	by := Actor{User: tm.owner.ID}
	general, err := tm.ChannelByName(t.Context(), "general")
	tm.must(err)
	h, secret, err := tm.CreateWebhook(t.Context(), by, NewWebhook{Name: "deploys", Channel: general.ID})
	tm.must(err)
	_, _, err = tm.CreateWebhook(t.Context(), by, NewWebhook{Name: "deploys", Channel: general.ID}) // a name may be used twice
	tm.must(err)
	_, _, err = other.CreateWebhook(t.Context(), by, NewWebhook{Name: "x", Channel: general.ID})
	tm.want(err, chat.NotFound, "channel")
	if path := h.Path(secret); path != "/services/"+string(tm.id)+"/"+string(h.ID)+"/"+secret || len(secret) != webhookSecret {
		t.Errorf("its path is %s", path)
	}
	opened, err := tm.OpenWebhook(t.Context(), h.ID, secret)
	tm.must(err)
	if opened != h || h.Creator != tm.owner.ID {
		t.Errorf("opened %+v, made %+v", opened, h)
	}
	posted, err := tm.PostMessage(t.Context(), Post{Channel: h.Channel, Author: h.User, SkipMembership: true, Message: chat.Message{Text: "x"}})
	tm.must(err)
	if posted.Message.User != h.User {
		t.Errorf("posted %+v", posted.Message)
	}
	for _, secret := range []string{"", strings.ToUpper(secret) + "x", secret[1:], strings.Repeat("0", webhookSecret)} {
		_, err = tm.OpenWebhook(t.Context(), h.ID, secret)
		tm.want(err, chat.NotFound, "webhook")
	}
	_, err = other.OpenWebhook(t.Context(), h.ID, secret)
	tm.want(err, chat.NotFound, "webhook")
	tm.want(other.RevokeWebhook(t.Context(), by, h.ID), chat.NotFound, "webhook")
	for range 2 {
		tm.must(tm.RevokeWebhook(t.Context(), by, h.ID))
	}
	_, err = tm.OpenWebhook(t.Context(), h.ID, secret)
	tm.want(err, chat.NotFound, "webhook")
	left, err := tm.Webhooks(t.Context())
	tm.must(err)
	if len(left) != 1 || left[0].ID == h.ID {
		t.Errorf("left are %+v", left)
	}
	if b, err := tm.Bot(t.Context(), h.ID); err != nil || !b.Deleted {
		t.Errorf("its bot is %+v, %v", b, err)
	}
	log, _, err := tm.AuditLog(t.Context(), AuditQuery{})
	tm.must(err)
	did := map[string]int{}
	for _, e := range log {
		did[e.Action]++
		if strings.Contains(e.Target, secret) || strings.Contains(e.Detail["channel"], secret) {
			t.Error("the audit log has the secret")
		}
	}
	if did["webhook.create"] != 2 || did["webhook.revoke"] != 1 {
		t.Errorf("the audit log has %v", did)
	}
}
