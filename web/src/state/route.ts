/**
 * Where the person is, as a value, and as the address in the bar: one is made of
 * the other, both ways. Main is the large pane, Side what lies beside it.
 */
export type Main =
  | { readonly type: "home" }
  | { readonly type: "channel"; readonly channel: string; readonly at?: string }
  | { readonly type: PlainMain }
  | { readonly type: "search"; readonly query: string }
  | { readonly type: "admin"; readonly section: string };

export const plainMains = ["unreads", "threads", "activity", "later", "drafts", "people", "dms"] as const;
export type PlainMain = (typeof plainMains)[number];

export type Side =
  | { readonly type: "thread"; readonly channel: string; readonly ts: string; readonly at?: string }
  | { readonly type: "profile"; readonly user: string }
  | { readonly type: "details"; readonly channel: string; readonly tab?: string }
  | { readonly type: "channel"; readonly channel: string };

export interface ClientRoute {
  readonly page: "client";
  /** Empty: whichever workspace this tab was in last. */
  readonly team: string;
  readonly main: Main;
  readonly side?: Side;
}

export type Route =
  | ClientRoute
  | { readonly page: "signin"; readonly workspace?: string; readonly next?: string }
  | { readonly page: "setup" | "invite" | "reset"; readonly code: string };

export interface Address {
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

const tsPattern = /^\d+\.\d{6}$/;
const channelPattern = /^[CDG][A-Z0-9]+$/;
const userPattern = /^[UWB][A-Z0-9]+$/;

export function parseRoute({ pathname, search, hash }: Address): Route {
  const parts = pathname.split("/").filter(Boolean).map(decode);
  const query = new URLSearchParams(search);
  switch (parts[0]) {
    case "signin":
      return { page: "signin", workspace: query.get("workspace") ?? undefined, next: safePath(query.get("next")) };
    case "setup":
    case "invite":
    case "reset":
      return { page: parts[0], code: decode(hash.slice(1)) };
    case "archives":
      return permalink(parts, query);
    case "client":
      return client(parts.slice(1), query);
    default:
      return { page: "client", team: "", main: { type: "home" } };
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Only a path of this site is gone to after signing in. */
function safePath(path: string | null): string | undefined {
  return path && /^\/(client|archives)\//.test(path) ? path : undefined;
}

/** /archives/C123/p1700000000000100?thread_ts=1700000000.000100 */
function permalink(parts: readonly string[], query: URLSearchParams): Route {
  const channel = parts[1] ?? "";
  const digits = /^p(\d+)(\d{6})$/.exec(parts[2] ?? "");
  const at = digits ? `${digits[1]}.${digits[2]}` : undefined;
  const thread = query.get("thread_ts") ?? "";
  if (!channelPattern.test(channel)) return { page: "client", team: "", main: { type: "home" } };
  if (!tsPattern.test(thread) || thread === at)
    return { page: "client", team: "", main: { type: "channel", channel, at } };
  return {
    page: "client",
    team: "",
    main: { type: "channel", channel, at: thread },
    side: { type: "thread", channel, ts: thread, at },
  };
}

function client(parts: readonly string[], query: URLSearchParams): Route {
  const [team = "", name = "", ...rest] = parts;
  return { page: "client", team, main: parseMain(name, rest, query), side: parseSide(name, rest, query) };
}

function parseMain(name: string, rest: readonly string[], query: URLSearchParams): Main {
  const plain = plainMains.find((p) => p === name);
  if (plain) return { type: plain };
  if (name === "search") return { type: "search", query: query.get("q") ?? "" };
  if (name === "admin") return { type: "admin", section: rest[0] ?? "" };
  if (channelPattern.test(name)) {
    const at = query.get("at") ?? "";
    return { type: "channel", channel: name, ...(tsPattern.test(at) && { at }) };
  }
  return { type: "home" };
}

function parseSide(name: string, rest: readonly string[], query: URLSearchParams): Side | undefined {
  const at = query.get("thread_at") ?? "";
  const thread = (channel: string, ts: string): Side | undefined =>
    tsPattern.test(ts) && channelPattern.test(channel)
      ? { type: "thread", channel, ts, ...(tsPattern.test(at) && { at }) }
      : undefined;
  if (rest[0] === "thread" && rest[1]) return thread(name, rest[1]);
  const [kind, id = "", more] = (query.get("side") ?? "").split(":");
  if (kind === "profile" ? !userPattern.test(id) : !channelPattern.test(id)) return undefined;
  switch (kind) {
    case "thread":
      return thread(id, more ?? "");
    case "profile":
      return { type: "profile", user: id };
    case "details":
      return { type: "details", channel: id, ...(more && { tab: more }) };
    case "channel":
      return { type: "channel", channel: id };
    default:
      return undefined;
  }
}

export function formatRoute(route: Route): string {
  switch (route.page) {
    case "signin": {
      const query = new URLSearchParams();
      if (route.workspace) query.set("workspace", route.workspace);
      if (route.next) query.set("next", route.next);
      return withQuery("/signin", query);
    }
    case "setup":
    case "invite":
    case "reset":
      return `/${route.page}`;
    case "client":
      return formatClient(route);
  }
}

function formatClient({ team, main, side }: ClientRoute): string {
  if (!team) return main.type === "channel" ? formatPermalink(main, side) : "/";
  const query = new URLSearchParams();
  let path = `/client/${encodeURIComponent(team)}`;
  switch (main.type) {
    case "home":
      break;
    case "channel":
      path += `/${encodeURIComponent(main.channel)}`;
      if (main.at) query.set("at", main.at);
      break;
    case "search":
      path += "/search";
      query.set("q", main.query);
      break;
    case "admin":
      path += main.section ? `/admin/${encodeURIComponent(main.section)}` : "/admin";
      break;
    default:
      path += `/${main.type}`;
  }
  if (side?.type === "thread" && side.at) query.set("thread_at", side.at);
  if (side?.type === "thread" && main.type === "channel" && main.channel === side.channel) path += `/thread/${side.ts}`;
  else if (side) query.set("side", formatSide(side));
  return withQuery(path, query);
}

/** Of a link that names no workspace, as the server gives them. */
function formatPermalink({ channel, at }: Main & { type: "channel" }, side: Side | undefined): string {
  const thread = side?.type === "thread" && side.channel === channel ? side.ts : "";
  const ts = (thread ? side?.type === "thread" && side.at : at) || at;
  const path = `/archives/${encodeURIComponent(channel)}${ts ? `/p${ts.replace(".", "")}` : ""}`;
  return withQuery(path, new URLSearchParams(thread ? { thread_ts: thread } : {}));
}

function formatSide(side: Side): string {
  switch (side.type) {
    case "thread":
      return `thread:${side.channel}:${side.ts}`;
    case "profile":
      return `profile:${side.user}`;
    case "details":
      return side.tab ? `details:${side.channel}:${side.tab}` : `details:${side.channel}`;
    case "channel":
      return `channel:${side.channel}`;
  }
}

function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString().replaceAll("%3A", ":");
  return text ? `${path}?${text}` : path;
}

/** A path that leads into the client, as a link in a message may: what is not one is left to the browser. */
export function routeOfPath(path: string): ClientRoute | undefined {
  const url = new URL(path, "http://taut.invalid");
  const route = parseRoute(url);
  return route.page === "client" && /^\/(client|archives)\//.test(url.pathname) ? route : undefined;
}
