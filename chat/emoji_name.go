package chat

import "strings"

// emojiAliases are second names by which Slack's clients and bots react, each with
// the name that the reaction then has: two people who mean the same emoji are
// counted together. A name that is not here stands for itself.
var emojiAliases = map[string]string{
	"thumbsup": "+1", "thumbsdown": "-1", "collision": "boom", "cooking": "fried_egg", "envelope": "email",
	"flipper": "dolphin", "grinning_face_with_star_eyes": "star-struck", "heavy_exclamation_mark": "exclamation",
	"honeybee": "bee", "knife": "hocho", "lantern": "izakaya_lantern", "open_book": "book", "paw_prints": "feet",
	"pencil": "memo", "poop": "hankey", "punch": "facepunch", "raised_hand": "hand", "red_car": "car",
	"reversed_hand_with_middle_finger_extended": "middle_finger", "running": "runner", "sailboat": "boat",
	"satisfied": "laughing", "shit": "hankey", "shocked_face_with_exploding_head": "exploding_head",
	"shoe": "mans_shoe", "sign_of_the_horns": "the_horns", "telephone": "phone", "tshirt": "shirt",
	"waxing_gibbous_moon": "moon",
}

// FirstEmojiName gives an emoji by its first name, with the skin tone that the
// name has.
func FirstEmojiName(name string) string {
	base, tone, toned := strings.Cut(name, "::")
	if first, ok := emojiAliases[base]; ok {
		base = first
	}
	if toned {
		return base + "::" + tone
	}
	return base
}

// IsSecondEmojiName tells whether the name stands for an emoji that has another.
func IsSecondEmojiName(name string) bool {
	_, ok := emojiAliases[name]
	return ok
}
