import { excerpt, type Names } from "../text/plain";
import type { EventOf } from "../wire/events";
import type { ChannelID, Message } from "../wire/objects";
import type { App } from "./app";
import { channelTitle } from "./channel_title";
import { dndOf } from "./dnd";
import { Mentions } from "./mentions";
import { noticePrefs } from "./notice_prefs";
import { nameOf } from "./users";
import type { Workspace } from "./workspace";

/** What of a message says whether it is told, beside the person's preferences. */
export interface Occasion {
  readonly level: "everything" | "mentions" | "nothing";
  readonly muted: boolean;
  /** It is for the person in particular. */
  readonly mention: boolean;
  /** It answers a thread that they began. */
  readonly reply: boolean;
}

/** Whether to tell of a message. */
export function isTold({ level, muted, mention, reply }: Occasion): boolean {
  if (level === "nothing") return false;
  if (mention) return true;
  return !muted && (reply || level === "everything");
}

/** Messages that nobody says: somebody joined, a topic was set. */
const spoken = new Set([undefined, "", "bot_message", "me_message", "file_share", "thread_broadcast"]);
const fresh = 60; // seconds: what is older was said while this device was away
const remembered = 100; // channels of which something was told, for the other tabs to see

/**
 * Tells the person of messages: on the desktop and by a sound, from whichever
 * workspace they come. Of several tabs the first one tells. Undone with the
 * function returned.
 */
export function notify(app: App, w: Workspace, chime: () => void): () => void {
  const mentions = new Mentions(w);
  const sound = w.prefs.get("taut_sound", true);
  const preview = w.prefs.get("taut_notice_text", true);
  const dnd = dndOf(w);
  const undo = w.on("message", (e) => {
    const m = e as EventOf<"message"> & Message;
    if (!spoken.has(m.subtype) || m.user === w.self.peek().id || dnd.quiet.peek()) return;
    // By the server's clock, as ts is: the device's may be wrong.
    if (w.api.serverNow() / 1000 - Number(m.ts) > fresh || isWatched(app, w, m.channel)) return;
    if (!isTold(occasionOf(w, mentions, m)) || !claim(app, w, m)) return;
    tell(m);
    if (sound.peek()) chime();
  });
  return undo;

  function tell(m: EventOf<"message"> & Message): void {
    const channel = w.channels.peek(m.channel);
    const sender = m.username || nameOf(w.users.get(m.user ?? "").peek()) || m.bot_profile?.name || "";
    const where = channel?.is_im
      ? ""
      : ` (${channel?.is_mpim ? channelTitle(w, channel) : `#${channelTitle(w, channel)}`})`;
    app.platform.notify({
      title: app.sessions.peek().length > 1 ? `${sender}${where} · ${w.team.peek().name}` : `${sender}${where}`,
      body: preview.peek() ? excerpt(m.text ?? "", namesOf(w)) : "",
      icon: w.users.get(m.user ?? "").peek()?.profile.image_72,
      tag: `${w.id}.${m.channel}`,
      silent: true, // the sound is our own, or none
      onClick: () => open(m),
    });
  }

  function open(m: EventOf<"message"> & Message): void {
    const thread = m.thread_ts && m.thread_ts !== m.ts ? m.thread_ts : undefined;
    app.navigate({
      team: w.id,
      main: { type: "channel", channel: m.channel, ...(!thread && { at: m.ts }) },
      ...(thread && { side: { type: "thread", channel: m.channel, ts: thread, at: m.ts } }),
    });
  }
}

function occasionOf(w: Workspace, mentions: Mentions, m: EventOf<"message"> & Message): Occasion {
  const { global, channels } = noticePrefs(w).peek();
  const muted = w.channels.muted.peek().has(m.channel);
  const inThread = Boolean(m.thread_ts && m.thread_ts !== m.ts && m.subtype !== "thread_broadcast");
  const self = w.self.peek().id;
  const named = m.text?.includes(`<@${self}`) ?? false;
  return {
    level: channels.get(m.channel) ?? global,
    muted,
    // In a direct message all is for the person, but of threads only what names them or answers them.
    mention: inThread ? named : mentions.inMessage(m.channel, m, muted),
    reply: inThread && m.parent_user_id === self,
  };
}

/** The person is looking at it, in this tab. */
function isWatched(app: App, w: Workspace, channel: ChannelID): boolean {
  const route = app.route.peek();
  if (!app.platform.visible() || route.page !== "client" || route.team !== w.id) return false;
  return (
    (route.main.type === "channel" && route.main.channel === channel) ||
    (route.side?.type === "channel" && route.side.channel === channel)
  );
}

/**
 * The first tab that asks tells; the others see that it has been. What is remembered
 * is the last ts of each channel: only within one do messages come in the order of ts.
 */
function claim(app: App, w: Workspace, m: EventOf<"message">): boolean {
  const key = `taut.told.${w.id}.${w.session.user}`;
  const told = (app.platform.local.getItem(key) ?? "").split(" ").filter(Boolean);
  const own = `${m.channel}/`;
  const last = told.find((t) => t.startsWith(own))?.slice(own.length) ?? "";
  if (last >= m.ts) return false;
  const others = told.filter((t) => !t.startsWith(own));
  app.platform.local.setItem(key, [...others, own + m.ts].slice(-remembered).join(" "));
  return true;
}

export function namesOf(w: Workspace): Names {
  return {
    user: (id) => nameOf(w.users.get(id).peek()) || undefined,
    channel: (id) => w.channels.peek(id)?.name,
    usergroup: (id) => w.usergroups.get(id).peek()?.handle,
  };
}
