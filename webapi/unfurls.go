package webapi

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"taut/chat"
	"taut/store"
)

func (s *Server) unfurlMethods() []method {
	return []method{
		{name: "chat.unfurl", handle: s.chatUnfurl, scopes: []string{"links:write"}, errors: map[string]string{
			"not_found:channel": "cannot_find_channel",
			"not_member":        "cannot_find_channel",
			"not_found:message": "cannot_find_message",
			"archived":          "cannot_unfurl_message",
		}},
	}
}

// chatUnfurl attaches what an app knows of links in a message: each replaces what
// the app itself knew of that link before.
func (s *Server) chatUnfurl(ctx context.Context, q *request) (answer, error) {
	if err := q.checkUnfurlTarget(); err != nil {
		return nil, err
	}
	ts, err := q.args.ts("ts", "cannot_find_message")
	if err != nil {
		return nil, err
	}
	links, found, err := q.readUnfurls()
	if err != nil {
		return nil, err
	}
	channel, err := q.channel(ctx, q.args.channel("channel"))
	if err == nil {
		err = q.mustBeMember(ctx, channel)
	}
	if err != nil {
		return nil, err
	}
	_, err = q.workspace.UpdateMessage(ctx, store.Edit{
		Channel: channel.ID, TS: ts,
		Check: func(m chat.Message) error {
			inText := linksOf(m.Text, maxAttachments)
			for _, link := range links {
				if !slices.Contains(inText, link) {
					return fail("cannot_unfurl_message")
				}
			}
			if err := q.mayUnfurl(m, links); err != nil {
				return err
			}
			m.Attachments = addUnfurls(m.Attachments, found, true)
			if fits(m) != nil {
				return fail("cannot_parse_attachment")
			}
			return nil
		},
		Apply: func(m *chat.Message) { m.Attachments = addUnfurls(m.Attachments, found, true) },
	})
	return done(), err
}

// mayUnfurl: apps attach to any message that they see, people to their own. Nobody
// replaces what another app, or the server, found of a link.
func (q *request) mayUnfurl(m chat.Message, links []string) error {
	if q.caller.Bot == "" && !q.wrote(m) {
		return fail("cannot_find_service")
	}
	var there []struct {
		FromURL string     `json:"from_url"`
		OfApp   bool       `json:"is_app_unfurl"`
		Bot     chat.BotID `json:"bot_id"`
	}
	if len(m.Attachments) > 0 && json.Unmarshal(m.Attachments, &there) != nil {
		return fail("cannot_unfurl_url")
	}
	for _, a := range there {
		if slices.Contains(links, a.FromURL) && !(a.OfApp && a.Bot == q.caller.Bot) {
			return fail("cannot_unfurl_url")
		}
	}
	return nil
}

// checkUnfurlTarget wants a channel and a ts. Ids of unfurls come with events
// about links, which apps don't get yet, so that none is known.
func (q *request) checkUnfurlTarget() error {
	switch {
	case q.args.has("unfurl_id") && !q.args.has("source"):
		return fail("missing_source")
	case q.args.has("unfurl_id"):
		return fail("invalid_unfurl_id")
	case q.args.has("source") && !q.args.has("channel"):
		return fail("missing_unfurl_id")
	case !q.args.has("channel"):
		return fail("missing_channel")
	case !q.args.has("ts"):
		return fail("missing_ts")
	case !q.args.has("unfurls"):
		return fail("missing_unfurls")
	}
	return nil
}

// readUnfurls reads an object of attachments by the links that they are about.
func (q *request) readUnfurls() (links []string, found []json.RawMessage, err error) {
	raw := q.args.json("unfurls")
	var given map[string]json.RawMessage
	if len(raw) > maxAttachmentsBytes || !nestedWithin(raw, maxNesting) || json.Unmarshal(raw, &given) != nil || len(given) == 0 {
		return nil, nil, fail("invalid_unfurls_format")
	}
	links = slices.Sorted(maps.Keys(given))
	for _, link := range links {
		var members map[string]json.RawMessage
		if json.Unmarshal(given[link], &members) != nil || members == nil || !normalAttachment(members) {
			return nil, nil, fail("cannot_parse_attachment")
		}
		if blocks := members["blocks"]; blocks != nil {
			if members["blocks"], err = readBlocks(blocks); err != nil {
				return nil, nil, fail("cannot_parse_attachment")
			}
		}
		a, err := encode(q.signUnfurl(link, members))
		if err != nil {
			return nil, nil, err
		}
		found = append(found, chat.WebLinks(a))
	}
	return links, found, nil
}

// signUnfurl says which link an attachment is about, and which app says so.
func (q *request) signUnfurl(link string, members map[string]json.RawMessage) map[string]json.RawMessage {
	quoted, err := encode(link)
	if err != nil {
		return members
	}
	members["from_url"], members["app_unfurl_url"], members["is_app_unfurl"] = quoted, quoted, json.RawMessage("true")
	if _, ok := members["fallback"]; !ok {
		members["fallback"] = json.RawMessage(`"[no preview available]"`)
	}
	dropQuote(members)
	delete(members, "bot_id")
	delete(members, "app_id")
	if q.caller.Bot != "" {
		members["bot_id"], members["app_id"] = json.RawMessage(`"`+q.caller.Bot+`"`), json.RawMessage(`"`+q.caller.App+`"`)
	}
	return members
}
