package store

import "taut/chat"

// Events name pictures and messages by URLs, for all who read them and for ever.
// So such an URL never begins as one request happened to reach the server: it
// begins with the configured public URL, or else with that of the listener.

// ServedAt tells at which URL, without the last slash, the server listens; it
// counts where no public URL is configured. Until then such URLs are paths.
func (s *Store) ServedAt(url string) {
	if s.options.PublicURL == "" {
		s.address.Store(&url)
	}
}

// URL is what the URLs in events begin with.
func (s *Store) URL() string { return *s.address.Load() }

// userObject is the user as events show them.
func (t *turn) userObject(u chat.User) chat.UserObject {
	o := u.Object()
	o.Profile.Absolute(t.batch.store.URL())
	return o
}

// botObject is the bot as events show it.
func (t *turn) botObject(b chat.Bot) chat.BotObject {
	o := b.Object()
	o.Icons.Absolute(t.batch.store.URL())
	return o
}
