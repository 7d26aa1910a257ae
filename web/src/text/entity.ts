// The <…> of Slack's markup: links and mentions. The rules are those of the
// server's chat/mrkdwn.go, which a shared table of cases keeps true.

import type { Inline, Style } from "./nodes";
import { linkable } from "./url";

/** The > of the entity whose < is at s[at], or -1; it looks no further than the next <. */
export function entityEnd(s: string, at: number): number {
  for (let i = at + 1; i < s.length; i++) {
    const c = s[i];
    if (c === ">") return i;
    if (c === "<" || c === "\n") return -1;
  }
  return -1;
}

/** Undoes the three escapes of stored text. */
export function unescapeText(s: string): string {
  if (!s.includes("&")) return s;
  return s.replace(/&(amp|lt|gt);/g, (_, name: string) => (name === "amp" ? "&" : name === "lt" ? "<" : ">"));
}

/** Reads what stands between < and >; undefined where that is just text. */
export function parseEntity(inner: string): Inline | undefined {
  const [body, label] = cut(inner, "|");
  switch (body[0]) {
    case undefined:
      return undefined;
    case "@":
      return mentionable(body.slice(1), "UW") ? { type: "user", user_id: body.slice(1) } : undefined;
    case "#":
      return mentionable(body.slice(1), "CGD") ? { type: "channel", channel_id: body.slice(1) } : undefined;
    case "!":
      return command(body.slice(1), label);
  }
  if (!linkable(body)) return undefined;
  const url = unescapeText(body);
  return label === "" ? { type: "link", url } : { type: "link", url, text: unescapeText(label) };
}

/** The same element with a style, where there is one. */
export function styled(inline: Inline, style: Style | undefined): Inline {
  return style === undefined ? inline : { ...inline, style };
}

function cut(s: string, at: string): [string, string] {
  const i = s.indexOf(at);
  return i < 0 ? [s, ""] : [s.slice(0, i), s.slice(i + at.length)];
}

/** Looser than an id of ours: messages that were imported name ids of any length. */
function mentionable(id: string, letters: string): boolean {
  return letters.includes(id[0] ?? " ") && /^[0-9A-Z]{2,32}$/.test(id);
}

function command(body: string, label: string): Inline | undefined {
  const [name, rest] = cut(body, "^");
  switch (name) {
    case "here":
    case "channel":
    case "everyone":
      return { type: "broadcast", range: name };
    case "group":
      return { type: "broadcast", range: "channel" };
    case "subteam":
      return mentionable(rest, "S") ? { type: "usergroup", usergroup_id: rest } : undefined;
    case "date":
      return date(rest, label);
  }
  return label === "" ? undefined : { type: "text", text: unescapeText(label) };
}

function date(body: string, label: string): Inline | undefined {
  const [timestamp, rest] = cut(body, "^");
  const [format, url] = cut(rest, "^");
  if (!/^[0-9]{1,12}$/.test(timestamp) || format === "" || (url !== "" && !linkable(url))) return undefined;
  return {
    type: "date",
    timestamp: Number(timestamp),
    format: unescapeText(format),
    ...(url === "" ? {} : { url: unescapeText(url) }),
    ...(label === "" ? {} : { fallback: unescapeText(label) }),
  };
}
