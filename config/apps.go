package config

// Unfurl says whether and how the server looks at the pages that messages link to.
type Unfurl struct {
	// Off: the server fetches nothing for anybody, and shows no pictures of others.
	Off bool `toml:"off"`
}

// SlackLimits tells whether clients are held to Slack's own limits.
func (c Config) SlackLimits() bool { return c.Limits == "slack" }
