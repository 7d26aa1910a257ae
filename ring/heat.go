package ring

// Heat is what a member of the ring has to do.
type Heat struct {
	// Channels is how many streams somebody listens to, or did a moment ago.
	Channels int `json:"channels"`
	// Events is how many were published to the member, a second.
	Events float64 `json:"events_per_second"`
	// Hottest are the slots with the most of them, the hottest first.
	Hottest []SlotHeat `json:"hottest,omitempty"`
}

// SlotHeat is a slot's part of it.
type SlotHeat struct {
	Slot   Slot    `json:"slot"`
	Events float64 `json:"events_per_second"`
}
