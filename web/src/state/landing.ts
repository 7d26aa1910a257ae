/**
 * Where a page begins: told from its address and from what the browser keeps of
 * itself, so that the database can be read before the rest of the client is there.
 */

import { timelineKey } from "../store/messages";
import type { ChannelID } from "../wire/objects";
import { type Address, type ClientRoute, parseRoute } from "./route";
import type { Session } from "./session";
import { readSessions } from "./session_store";

/** Keeps the workspace that a tab was in last. */
export const lastTeamKey = "taut.team";

export interface Landing {
  readonly session: Session;
  /** The keys of the timelines that are shown. */
  readonly timelines: readonly string[];
}

/** Where an address leads to; undefined where that is none of the person's workspaces. */
export function landingAt(address: Address, local: Storage, tab: Storage): Landing | undefined {
  const route = parseRoute(address);
  if (route.page !== "client") return undefined;
  const session = sessionAt(route, readSessions(local), tab);
  return session && { session, timelines: timelinesAt(route, session, local) };
}

/** The session of the workspace that a route names, else of the one that the tab was in last. */
export function sessionAt(route: ClientRoute, sessions: readonly Session[], tab: Storage): Session | undefined {
  const team = route.team || tab.getItem(lastTeamKey);
  return sessions.find((s) => s.team_id === team) ?? (route.team ? undefined : sessions[0]);
}

/** The keys of the timelines that a route shows. Home leads to the conversation that was open last. */
export function timelinesAt({ main, side }: ClientRoute, session: Session, local: Storage): string[] {
  const last = main.type === "home" ? recentIn(session, local)[0] : undefined;
  const channel = main.type === "channel" ? main.channel : last;
  const keys = channel === undefined ? [] : [timelineKey(channel)];
  if (side?.type === "thread") keys.push(timelineKey(side.channel, side.ts));
  if (side?.type === "channel") keys.push(timelineKey(side.channel));
  return keys;
}

export function recentKey({ team_id, user }: Session): string {
  return `taut.recent.${team_id}.${user}`;
}

/** What was opened last in a session's workspace, whether that runs or not. */
export function recentIn(session: Session, local: Storage): ChannelID[] {
  return (local.getItem(recentKey(session)) ?? "").split(",").filter(Boolean);
}
