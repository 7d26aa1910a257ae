// The page runs this before all else of the client (vite.config.ts puts it there): what a
// visit begins with is read from the device while the rest is loaded and compiled. So it
// imports little.

import { browserPlatform } from "./platform/browser";
import { landingAt } from "./state/landing";
import { Ahead } from "./store/ahead";

export const platform = browserPlatform();

export const ahead = readAhead();

function readAhead(): Ahead | undefined {
  const landing = landingAt(window.location, platform.local, platform.session);
  if (!landing || !platform.indexedDB) return undefined;
  const { session, timelines } = landing;
  return new Ahead(platform.indexedDB, session.team_id, session.user, timelines);
}
