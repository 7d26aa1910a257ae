package auth

import (
	"crypto/sha256"
	"slices"
	"strings"

	"taut/chat"
)

// CookieName is the cookie that goes with sessions' tokens.
const CookieName = "d"

// A browser has one cookie for the sessions of all its workspaces,
//
//	xoxd-<workspace>.<secret>-<workspace>.<secret>…
//
// of which each session knows its own secret alone: those of one workspace say
// nothing of those of another.
const (
	cookiePrefix     = "xoxd"
	cookieWorkspaces = 20 // more than that push out the oldest
	maxCookie        = 64 * (cookieWorkspaces + 1)
)

// cookieSecret is the workspace's part of a cookie; "" where it has none.
func cookieSecret(cookie string, w chat.WorkspaceID) string {
	for _, p := range cookieParts(cookie) {
		if secret, ok := strings.CutPrefix(p, string(w)+"."); ok {
			return secret
		}
	}
	return ""
}

// WorkspacesOf are those for which a cookie has a part.
func WorkspacesOf(cookie string) []chat.WorkspaceID {
	var all []chat.WorkspaceID
	for _, p := range cookieParts(cookie) {
		w, _, _ := strings.Cut(p, ".")
		all = append(all, chat.WorkspaceID(w))
	}
	return all
}

// cookieParts are those that are well formed.
func cookieParts(cookie string) []string {
	if len(cookie) > maxCookie {
		return nil
	}
	rest, ok := strings.CutPrefix(cookie, cookiePrefix+"-")
	if !ok {
		return nil
	}
	return slices.DeleteFunc(strings.Split(rest, "-"), func(p string) bool {
		w, secret, _ := strings.Cut(p, ".")
		return !chat.ValidID(w, "T") || len(secret) != secretDigits || strings.Trim(secret, "0123456789abcdef") != ""
	})
}

// withSecret is the cookie with a new part for a workspace in place of its old
// one; secret "" takes the part out. A cookie without parts is "".
func withSecret(cookie string, w chat.WorkspaceID, secret string) string {
	parts := slices.DeleteFunc(cookieParts(cookie), func(p string) bool { return strings.HasPrefix(p, string(w)+".") })
	if secret != "" {
		parts = append(parts, string(w)+"."+secret)
	}
	if len(parts) == 0 {
		return ""
	}
	return cookiePrefix + "-" + strings.Join(parts[max(0, len(parts)-cookieWorkspaces):], "-")
}

func hashSecret(secret string) tokenHash { return sha256.Sum256([]byte(secret)) }
