package webapi

import (
	"strings"
	"testing"
)

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	a := &w.acme
	hook := strings.Split(w.hookAt(t, *a, a.public), "/")[3]
	return []shapeCall{
		{a.owner, "manage.webhooks.create", []any{"channel", a.public}},
		{a.owner, "manage.webhooks.list", nil},
		{a.owner, "manage.webhooks.revoke", []any{"webhook", hook}},
	}
})
