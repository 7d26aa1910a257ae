/** What is dragged within the sidebar, as the types of its data. */
export const dragType = {
  channel: "application/x-taut-channel",
  section: "application/x-taut-section",
} as const;
