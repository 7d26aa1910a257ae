package demo

import "strings"

// person is one of the company. A bot has no e-mail address.
type person struct {
	name, real, title string
	emoji, status     string
	role              string // "": a member
	timeZone          string
	bot               bool
}

// people are in the order in which they came; the first one is the visitor.
var people = []person{
	{name: "maren", real: "Maren Holt", title: "Founder, first baker", emoji: ":croissant:", status: "450 bakeries!", role: "owner", timeZone: "Europe/Berlin"},
	{name: "ines", real: "Inês Carvalho", title: "Product", emoji: ":telephone_receiver:", status: "Calling Graz", role: "admin", timeZone: "Europe/Lisbon"},
	{name: "tom", real: "Tom Adeyemi", title: "Head of engineering", emoji: ":ship:", status: "Releasing 2.4", role: "admin", timeZone: "Europe/Berlin"},
	{name: "priya", real: "Priya Raman", title: "Design", emoji: ":art:", status: "Two pixels more", timeZone: "Europe/Berlin"},
	{name: "leo", real: "Leo Lindqvist", title: "Frontend engineer", emoji: ":headphones:", status: "", timeZone: "Europe/Stockholm"},
	{name: "olek", real: "Ołeksij Bondar", title: "Backend engineer", emoji: ":pager:", status: "On call until Friday", timeZone: "Europe/Kyiv"},
	{name: "amara", real: "Amara Okafor", title: "Customer happiness", emoji: ":cake:", status: "Waiting for cake", timeZone: "Europe/London"},
	{name: "nora", real: "Nora Weiss", title: "Words and press", timeZone: "Europe/Vienna"},
	{name: "jonas", real: "Jonas Meyer", title: "Sales", emoji: ":train2:", status: "On a train, signal comes and goes", timeZone: "Europe/Berlin"},
	{name: "sofia", real: "Sofia Marques", title: "Office and payroll", emoji: ":lemon:", status: "Guarding the lemon", timeZone: "Europe/Berlin"},
	{name: "yuki", real: "Yuki Tanaka", title: "Data and weather", emoji: ":umbrella:", status: "", timeZone: "Europe/Berlin"},
	{name: "edda", real: "Edda Brandt", title: "Photographer (guest)", emoji: ":camera:", status: "Coming at 15:00", role: "guest", timeZone: "Europe/Berlin"},
	{name: "dough", real: "Doughbot", title: "Delivers", bot: true},
}

// called finds a person.
func called(name string) *person {
	for i := range people {
		if people[i].name == name {
			return &people[i]
		}
	}
	return nil
}

func (p *person) email() string { return p.name + "@" + Domain + ".example" }

// firstName is what the others call the person.
func (p *person) firstName() string {
	first, _, _ := strings.Cut(p.real, " ")
	return first
}

// userID is the person's in the export; the import keeps it, as it is free.
func (p *person) userID() string { return "U" + p.key() }

// key is the end of an id: as long as those of new ids.
func (p *person) key() string { return (strings.ToUpper(p.name) + "0CRUMB0000")[:10] }

type object = map[string]any

// record is the person in the export.
func (p *person) record(joined int64) object {
	profile := object{
		"real_name": p.real, "display_name": p.firstName(), "title": p.title, "status_text": p.status, "status_emoji": p.emoji,
	}
	if p.bot {
		profile["bot_id"], profile["api_app_id"] = "B"+p.key(), "A"+p.key()
	} else {
		profile["email"] = p.email()
	}
	return object{
		"id": p.userID(), "name": p.name, "real_name": p.real, "tz": p.timeZone, "is_bot": p.bot, "updated": joined, "profile": profile,
		"is_owner": p.role == "owner", "is_primary_owner": p.role == "owner", "is_admin": p.role == "owner" || p.role == "admin", "is_restricted": p.role == "guest",
	}
}
