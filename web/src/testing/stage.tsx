/** For tests: draws something as it stands in a workspace of two people and a channel. */
import { signal } from "@preact/signals-core";
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { renderToStaticMarkup } from "react-dom/server";
import type { App } from "../state/app";
import type { Workspace } from "../state/workspace";
import { AppContext, WorkspaceContext } from "../view/hooks/app";
import type { Channel, User } from "../wire/objects";

const user = (id: string, name: string): User => ({ id, name, profile: { real_name: name, display_name: name } });
const people = new Map([user("U1A", "ada"), user("U2B", "ben")].map((u) => [u.id, signal<User | undefined>(u)]));
const places = new Map([["C1A", signal<Channel | undefined>({ id: "C1A", name: "general" })]]);
const nothing = signal(undefined);
const no = signal(false);

/** A workspace of which only what drawing asks for is there. */
export function fakeWorkspace(): Workspace {
  const parts = new Map<unknown, unknown>();
  const w = {
    id: "T1A",
    self: signal(user("U1A", "ada")),
    team: signal({ id: "T1A", name: "Crumb", domain: "crumb" }),
    users: { get: (id: string) => people.get(id) ?? nothing },
    channels: {
      get: (id: string) => places.get(id) ?? nothing,
      missing: () => no,
      list: signal([]),
      onLost: () => () => {},
    },
    usergroups: { get: () => nothing, own: signal(new Set()) },
    emoji: { all: signal(new Map()) },
    threads: { reading: () => nothing, mark: () => {} },
    unread: {
      current: signal(true),
      of: () => signal({ unread: false, mentions: 0, lastRead: "0000000000.000000" }),
      mark: () => {},
    },
    prefs: { get: (_: string, fallback: unknown) => signal(fallback), set: async () => {} },
    platform: {
      clock: { now: () => 1_760_000_000_000, after: () => () => {} },
      visible: () => true,
      onVisible: () => () => {},
    },
    operations: { saves: signal(new Map()) },
    api: { call: () => new Promise(() => {}) },
    on: () => () => {},
    onRefresh: () => () => {},
    part: (create: (w: Workspace) => unknown) => {
      if (!parts.has(create)) parts.set(create, create(w as unknown as Workspace));
      return parts.get(create);
    },
  };
  return w as unknown as Workspace;
}

const app = {
  href: (to: unknown) => `/client/${JSON.stringify(to).replace(/[^\w:,]/g, "")}`,
  navigate: () => {},
  follow: () => false,
  commands: { label: (keys: string) => [keys] },
  client: undefined,
} as unknown as App;

export interface Drawn {
  readonly root: HTMLElement;
  /** What was drawn, without what only the style sheet reads. */
  readonly html: string;
  readonly undo: () => void;
}

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}

const staged = (what: ReactNode, w: Workspace) => (
  <AppContext value={app}>
    <WorkspaceContext value={w}>{what}</WorkspaceContext>
  </AppContext>
);

/** The markup of what is drawn first: for what is large, as no document is made of it. */
export function markup(what: ReactNode, w: Workspace = fakeWorkspace()): string {
  return renderToStaticMarkup(staged(what, w));
}

export function draw(what: ReactNode, w: Workspace = fakeWorkspace()): Drawn {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  const place = document.createElement("div");
  document.body.append(place);
  const root = createRoot(place);
  act(() => root.render(staged(what, w)));
  return {
    root: place,
    html: plain(place.innerHTML),
    undo: () => {
      act(() => root.unmount());
      place.remove();
    },
  };
}

function plain(html: string): string {
  return html
    .replace(/ (?:class|dir|draggable|loading|decoding|width|height|tabindex|target|rel)="[^"]*"/g, "")
    .replace(/<svg[\s\S]*?<\/svg>/g, "")
    .replace(/<\/?span>/g, "");
}
