package chat

import "time"

// Zone is the user's time zone; UTC where they have set none.
func (u User) Zone() *time.Location { return zoneOf(u.TimeZone) }
