package webapi

import "testing"

// What readers of blocks go through is what they take it for, in messages and in
// drafts.
func TestBlocksHaveTheirShape(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	rich := func(elements string) string { return `[{"type":"rich_text","elements":` + elements + `}]` }
	section := func(elements string) string {
		return rich(`[{"type":"rich_text_section","elements":` + elements + `}]`)
	}
	for _, bad := range []string{
		rich(`"str"`), rich(`[null]`), rich(`["x"]`), rich(`[[]]`), rich(`[{}]`),
		section(`"x"`), section(`[null]`), section(`[{"type":"text","text":{"a":1}}]`), section(`[{"type":"user","user_id":{}}]`),
		section(`[{"type":"emoji","name":1}]`), section(`[{"type":"link","url":["x"]}]`),
		`[{"type":"section","text":"str"}]`, `[{"type":"section","fields":[null]}]`, `[{"type":"section","text":{"type":"mrkdwn","text":1}}]`,
		`[{"type":"table","rows":"x"}]`, `[{"type":"table","rows":[{}]}]`, `[{"type":"context","elements":[null]}]`, `[{"type":"header","text":[]}]`,
	} {
		w.fails(t, "invalid_blocks", a.ada, "chat.postMessage", "channel", a.public, "blocks", bad)
		w.fails(t, "invalid_blocks_format", a.ada, "drafts.create", "channel", a.public, "blocks", bad)
	}
	for _, good := range []string{
		rich(`[]`), section(`[{"type":"text","text":"a","style":{"bold":true}},{"type":"of_tomorrow","x":[1]}]`),
		rich(`[{"type":"rich_text_list","style":"ordered","indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}]`),
		`[{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":null}]`,
		`[{"type":"table","rows":[[{"type":"raw_text","text":"x"}]]}]`,
	} {
		w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "x", "blocks", good)
		w.ok(t, a.ada, "drafts.create", "channel", a.public, "blocks", good)
	}
}
