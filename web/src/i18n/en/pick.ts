export const pick = {
  people: "People",
  channels: "Channels",
  peoplePlaceholder: "Name or handle",
  channelPlaceholder: "Name of a channel",
  nobody: "Nobody fits.",
  noChannel: "No channel fits.",
  take: (name: string) => `Remove ${name}`,
  chosen: (n: number) => (n === 1 ? "1 chosen" : `${n} chosen`),
} as const;
