const number = new Intl.NumberFormat("en");
const bytes = (n: number) => {
  const [unit, divisor] = n >= 1e9 ? ["GB", 1e9] : n >= 1e6 ? ["MB", 1e6] : n >= 1e3 ? ["kB", 1e3] : ["bytes", 1];
  return `${new Intl.NumberFormat("en", { maximumFractionDigits: n >= 1e4 ? 0 : 1 }).format(n / Number(divisor))} ${unit}`;
};

/** The composer, its lists of suggestions, and the picker of emoji. */
export const composer = {
  label: (name: string) => `Message to ${name}`,
  placeholder: (name: string) => `Message ${name}`,
  placeholderSelf: "Write something to yourself",
  replyLabel: "Reply in the thread",
  replyPlaceholder: "Reply…",
  editLabel: "Edit message",
  formatting: "Formatting",
  showFormatting: "Show formatting",
  hideFormatting: "Hide formatting",
  bold: "Bold",
  italic: "Italic",
  strike: "Strikethrough",
  code: "Code",
  codeBlock: "Code block",
  link: "Link",
  orderedList: "Ordered list",
  bulletList: "Bulleted list",
  quote: "Quote",
  attach: "Attach files",
  emoji: "Emoji",
  mention: "Mention someone",
  send: "Send now",
  sendLater: "Send later",
  saveEdit: "Save",
  cancelEdit: "Cancel",
  alsoSend: (name: string) => `Also send to ${name}`,
  hintBreak: (keys: string) => `${keys} for a new line`,
  hintSend: (keys: string) => `${keys} to send`,
  drop: (name: string) => `Drop files to add them to your message to ${name}`,
  linkTitle: "Link",
  linkText: "Text",
  linkAddress: "Address",
  linkBad: "An address begins with https:// or is like name@example.com",
  linkRemove: "Remove link",
  linkSave: "Save",

  file: (name: string, size: number) => `${name}, ${bytes(size)}`,
  size: bytes,
  uploading: (name: string, percent: number) => `${name}: ${percent} % uploaded`,
  uploadWaiting: "Waiting",
  uploadFailed: (code: string) => uploadErrors[code] ?? "The upload failed.",
  uploadRetry: (name: string) => `Upload ${name} again`,
  uploadRemove: (name: string) => `Remove ${name}`,
  attachments: "Attached files",
  tooManyFiles: (most: number) => `A message takes at most ${most} files.`,
  tooLong: "This message is too long. Send it in parts, or as a file.",
  filesNotKept: "This device has no room to keep these files: send them before you reload or close this page.",
  waitingForUploads: "It will be sent when the files are uploaded.",
  stopWaiting: "Don’t send",
  someFailed: "Some files were not uploaded. Try them again, or take them out.",

  absent: (names: readonly string[]) =>
    names.length === 1
      ? `${names[0]} isn’t in this channel, so they won’t be notified.`
      : `${new Intl.ListFormat("en").format(names)} aren’t in this channel, so they won’t be notified.`,
  absentAdd: (n: number) => (n === 1 ? "Add them" : "Add them all"),
  absentLeave: "Do nothing",

  suggestions: (n: number) => (n === 0 ? "No suggestions" : n === 1 ? "1 suggestion" : `${n} suggestions`),
  suggestPeople: "People and groups",
  suggestChannels: "Channels",
  suggestEmoji: "Emoji",
  suggestCommands: "Commands",
  broadcast: {
    here: "Notify every active member of this channel",
    channel: "Notify every member of this channel",
    everyone: "Notify everybody in the workspace",
  },
  group: (n: number) => (n === 1 ? "1 member" : `${number.format(n)} members`),
  you: "you",

  warnTitle: (n: number) => `Notify ${number.format(n)} people?`,
  warnText: (range: string, n: number) =>
    range === "here"
      ? `@here notifies those of the ${number.format(n)} other members who are active now.`
      : `@${range} notifies all ${number.format(n)} other members, in every time zone.`,
  warnSend: "Send",

  laterTitle: "Send later",
  later: {
    todayAfternoon: (time: string) => `Today at ${time}`,
    tomorrowMorning: (time: string) => `Tomorrow at ${time}`,
    mondayMorning: (time: string) => `Monday at ${time}`,
  },
  laterCustom: "Custom time…",
  laterSchedule: "Schedule",
  laterDone: (when: string) => `Your message will be sent ${when}.`,
  laterShow: "Show",
  laterFilesFirst: "The files are still being uploaded. Choose the time again when they are there.",

  typing: (names: readonly string[]) =>
    names.length === 0
      ? ""
      : names.length === 1
        ? `${names[0]} is typing…`
        : names.length === 2
          ? `${names[0]} and ${names[1]} are typing…`
          : "Several people are typing…",

  unknownCommand: (name: string) => `/${name} is not a command. To send it as a message, put a space in front of it.`,
  slashUsage: (usage: string) => `Write it like this: ${usage}`,
  slash: {
    active: { usage: "/active", text: "Show yourself as active" },
    archive: { usage: "/archive", text: "Archive this channel" },
    away: { usage: "/away", text: "Show yourself as away" },
    dnd: { usage: "/dnd 2 hours", text: "Pause notifications; /dnd off ends it" },
    invite: { usage: "/invite @someone", text: "Invite people to this channel" },
    join: { usage: "/join #channel", text: "Join a channel and open it" },
    leave: { usage: "/leave", text: "Leave this conversation" },
    me: { usage: "/me is thinking", text: "Say what you are doing" },
    msg: { usage: "/msg @someone text", text: "Open a conversation, or send a message to it" },
    mute: { usage: "/mute", text: "Mute this conversation, or unmute it" },
    open: { usage: "/open #channel", text: "Open a channel or person" },
    remind: { usage: "/remind me to drink tea in 5 minutes", text: "Set a reminder" },
    remove: { usage: "/remove @someone", text: "Remove somebody from this channel" },
    rename: { usage: "/rename new-name", text: "Rename this channel" },
    search: { usage: "/search words", text: "Search messages and files" },
    shortcuts: { usage: "/shortcuts", text: "Show all keyboard shortcuts" },
    shrug: { usage: "/shrug text", text: "Send ¯\\_(ツ)_/¯ with your message" },
    star: { usage: "/star", text: "Star this conversation, or unstar it" },
    status: { usage: "/status :coffee: On a break", text: "Set your status; /status clear takes it away" },
    topic: { usage: "/topic text", text: "Set this channel’s topic" },
  },
  slashNote: {
    muted: "This conversation is muted.",
    unmuted: "This conversation is no longer muted.",
    invited: "Invited.",
    removed: "Removed from the channel.",
    reminder: "You will be reminded.",
    status: "Your status is set.",
    cleared: "Your status is cleared.",
    paused: "Notifications are paused.",
    resumed: "Notifications are on again.",
    active: "You are shown as active.",
    away: "You are shown as away.",
    topic: "The topic is set.",
    left: "You left the conversation.",
    renamed: "The channel is renamed.",
    archived: "The channel is archived.",
    starred: "Starred.",
    unstarred: "No longer starred.",
  },
  slashError: {
    unknown_channel: "There is no such channel.",
    unknown_user: "There is nobody of that name.",
    in_thread: "This does not work in threads.",
    not_a_channel: "This works in channels only.",
    duration: "Say for how long, as in “2 hours” or “30 minutes”.",
  },
  apiError: (code: string) => apiErrors[code] ?? `The server refused it (${code.replaceAll("_", " ")}).`,

  picker: {
    label: "Choose an emoji",
    search: "Search emoji",
    none: "No emoji of that name",
    groups: {
      recent: "Frequently used",
      custom: "Custom",
      people: "Smileys and people",
      nature: "Animals and nature",
      food: "Food and drink",
      travel: "Travel and places",
      activities: "Activities",
      objects: "Objects",
      symbols: "Symbols",
      flags: "Flags",
    },
    tone: "Skin tone",
    tones: ["Default", "Light", "Medium light", "Medium", "Medium dark", "Dark"],
    found: (n: number) => (n === 1 ? "1 emoji" : `${n} emoji`),
    failed: "The emoji did not load.",
  },
} as const;

const uploadErrors: Readonly<Record<string, string>> = {
  no_answer: "The connection was lost.",
  file_uploads_disabled: "You may not upload files in this workspace.",
  file_upload_size_restricted: "The file is too large.",
  storage_limit_reached: "The workspace has no room left for files.",
  upload_failed: "The server did not take the file.",
};

const apiErrors: Readonly<Record<string, string>> = {
  no_answer: "The server could not be reached. Try again.",
  cannot_parse: "The time was not understood.",
  cant_invite_self: "You are in this channel already.",
  already_in_channel: "They are in this channel already.",
  cant_leave_general: "This channel is for everybody: nobody leaves it.",
  not_in_channel: "They are not in this channel.",
  is_archived: "This channel is archived.",
  name_taken: "There is a channel of this name already.",
  restricted_action: "You may not do this in this workspace.",
  not_authorized: "You may not do this.",
  time_in_past: "This time has passed.",
  time_too_far: "That is too far ahead.",
  msg_too_long: "The message is too long.",
  ratelimited: "That was too fast. Wait a moment and try again.",
};
