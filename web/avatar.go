package web

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"regexp"
	"strconv"
)

// avatarName is what the API calls the picture of somebody who has none of
// their own: a word that stays the same, and the size.
var avatarName = regexp.MustCompile(`^([a-z0-9]{1,64})-([0-9]{1,4})\.svg$`)

// Avatar draws the picture that the API names at /avatars/{name}: a quiet
// pattern that follows from the name alone, so nothing is stored or looked up.
func Avatar() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		parts := avatarName.FindStringSubmatch(r.PathValue("name"))
		if parts == nil {
			http.NotFound(w, r)
			return
		}
		size, err := strconv.Atoi(parts[2])
		if err != nil || size < 1 || size > 1024 {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "image/svg+xml")
		h.Set("Content-Security-Policy", security)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "public, max-age=86400")
		fmt.Fprint(w, drawAvatar(parts[1], size))
	})
}

func drawAvatar(word string, size int) string {
	hash := fnv.New32a()
	hash.Write([]byte(word))
	n := hash.Sum32()
	hue, turn, radius := n%360, n>>9%360, 14+n>>18%10
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 48 48">`+
		`<rect width="48" height="48" fill="hsl(%d 42%% 44%%)"/>`+
		`<g transform="rotate(%d 24 24)" fill="hsl(%d 58%% 78%%)"><circle cx="24" cy="8" r="%d"/><rect x="10" y="32" width="28" height="8" rx="4"/></g></svg>`,
		size, size, hue, turn, (hue+40)%360, radius)
}
