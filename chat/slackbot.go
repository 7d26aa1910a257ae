package chat

// Slackbot speaks for the server itself. It is nobody's colleague: in no list
// and no channel. A person's DM with it has that person as its only member.
const Slackbot UserID = "USLACKBOT"
