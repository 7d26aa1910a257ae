package webapi

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"taut/chat"
	"taut/internal/unfurl"
)

// pageAttachment is what a link leads to, as an attachment of its message.
type pageAttachment struct {
	FromURL     string `json:"from_url"`
	OriginalURL string `json:"original_url"`
	Service     string `json:"service_name,omitempty"`
	Title       string `json:"title,omitempty"`
	TitleLink   string `json:"title_link,omitempty"`
	Text        string `json:"text,omitempty"`
	Fallback    string `json:"fallback"`
	ImageURL    string `json:"image_url,omitempty"`
	Width       int    `json:"image_width,omitempty"`
	Height      int    `json:"image_height,omitempty"`
	Bytes       int    `json:"image_bytes,omitempty"`
}

// newPageAttachment escapes what strangers wrote: nothing in it mentions anybody.
func newPageAttachment(link string, p unfurl.Page) pageAttachment {
	a := pageAttachment{FromURL: link, OriginalURL: link, ImageURL: p.Image}
	title := chat.Escape(p.Title)
	if p.IsImage {
		a.Width, a.Height, a.Bytes, a.Fallback = p.Width, p.Height, p.Bytes, title
		return a
	}
	a.Service, a.Title, a.TitleLink, a.Text, a.Fallback = chat.Escape(p.Site), title, link, chat.Escape(p.Description), title
	if a.Service != "" {
		a.Fallback = a.Service + ": " + title
	}
	return a
}

// linksOf are the URLs of a stored text, each once, at most so many.
func linksOf(text string, most int) (links []string) {
	for len(links) < most {
		_, rest, ok := strings.Cut(text, "<http")
		if !ok {
			break
		}
		inside, after, ok := strings.Cut(rest, ">")
		if !ok {
			break
		}
		link, _, _ := strings.Cut("http"+inside, "|")
		if link = unescape(link); !slices.Contains(links, link) {
			links = append(links, link)
		}
		text = after
	}
	return links
}

var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace

// ownHost is the host of the server's own URL, as links name it.
func ownHost(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// isOwn tells whether a link leads to this server, whose messages are not for
// everybody who reads the link.
func (u *Unfurler) isOwn(link string) bool {
	parsed, err := url.Parse(link)
	return err != nil || u.IsOwn(parsed)
}

// IsOwn is isOwn. Without a public URL the listener's counts, as in events.
func (u *Unfurler) IsOwn(link *url.URL) bool {
	own := ownHost(cmp.Or(u.own, u.store.URL()))
	return own != "" && strings.ToLower(link.Host) == own
}

// fromURL is the link that an attachment is about; "" of one that somebody wrote.
func fromURL(attachment json.RawMessage) string {
	var a struct {
		FromURL string `json:"from_url"`
	}
	if json.Unmarshal(attachment, &a) != nil {
		return ""
	}
	return a.FromURL
}

// addUnfurls adds attachments, each about a link; there is one about each, the
// older one unless they replace it.
func addUnfurls(attachments json.RawMessage, found []json.RawMessage, replace bool) json.RawMessage {
	var all []json.RawMessage
	if len(attachments) > 0 && json.Unmarshal(attachments, &all) != nil {
		return attachments
	}
	for _, a := range found {
		link := fromURL(a)
		at := slices.IndexFunc(all, func(old json.RawMessage) bool { return fromURL(old) == link })
		switch {
		case at < 0 && len(all) < maxAttachments:
			all = append(all, a)
		case at >= 0 && replace:
			all[at] = a
		}
	}
	return numbered(all)
}

// keepUnfurls drops the attachments about links that the text has no more.
func keepUnfurls(attachments json.RawMessage, text string) json.RawMessage {
	var all []json.RawMessage
	if len(attachments) == 0 || json.Unmarshal(attachments, &all) != nil {
		return attachments
	}
	links := linksOf(text, maxAttachments)
	kept := slices.DeleteFunc(slices.Clone(all), func(a json.RawMessage) bool {
		link := fromURL(a)
		return link != "" && !slices.Contains(links, link)
	})
	if len(kept) == len(all) {
		return attachments
	}
	return numbered(kept)
}

// numbered gives the attachments their places as ids.
func numbered(all []json.RawMessage) json.RawMessage {
	for i, a := range all {
		var members map[string]json.RawMessage
		if json.Unmarshal(a, &members) != nil {
			continue
		}
		members["id"] = json.RawMessage(strconv.Itoa(i + 1))
		if text, err := encode(members); err == nil {
			all[i] = text
		}
	}
	if len(all) == 0 {
		return nil
	}
	return joinArray(all)
}

// unfurl offers a message's links.
func (q *request) unfurl(channel chat.ChannelID, m chat.Message) {
	q.server.unfurler.Look(q.caller.Workspace, channel, m, q.links())
}

// links are those to look at: of a person's message all, of a program's pictures
// only, unless the arguments say otherwise.
func (q *request) links() chat.Links {
	return chat.Links{NoPages: !q.args.boolean("unfurl_links", q.caller.Bot == ""), NoPictures: !q.args.boolean("unfurl_media", true)}
}

var _ chat.LinkLooker = (*Unfurler)(nil)

// Look takes a message that was posted.
func (u *Unfurler) Look(w chat.WorkspaceID, c chat.ChannelID, m chat.Message, l chat.Links) {
	u.take(unfurlJob{workspace: w, channel: c, ts: m.TS, text: m.Text, pages: !l.NoPages, media: !l.NoPictures})
}

// take queues a message that has links to others.
func (u *Unfurler) take(j unfurlJob) {
	if u == nil || !j.pages && !j.media {
		return
	}
	for _, link := range linksOf(j.text, maxLinks) {
		if !u.isOwn(link) {
			j.links = append(j.links, link)
		}
	}
	if j.links != nil {
		u.offer(j)
	}
}
