// The service worker: keeps the page and its files, so that the client opens
// without a connection and shows what this device has. What people write and read
// is not here: that is in the client's own database, and goes with signing out.

const files = "taut-files-1";
const shell = "/";

self.addEventListener("install", (event) => {
  // What this worker has nothing to say about doesn't wait for it.
  for (const pathname of ["/api/*", "/avatars/*", "/files-tmb/*", "/files-pri/*", "/img-proxy/*", "/upload/*"])
    event.addRoutes?.({ condition: { urlPattern: { pathname } }, source: "network" }).catch(() => undefined);
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== files).map((name) => caches.delete(name))))
      // The page is asked for while this worker starts.
      .then(() => self.registration.navigationPreload?.enable())
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && isClient(url.pathname)) event.respondWith(page(event));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(event));
});

function isClient(path) {
  return path === shell || /^\/(client|archives|signin|setup|invite|reset|account)(\/|$)/.test(path);
}

/** Opened once, and not for each file. */
let opened;

function kept() {
  opened ??= caches.open(files).catch((failed) => {
    opened = undefined;
    throw failed;
  });
  return opened;
}

// The page comes from the server, so that a new version is had at once; without
// an answer it is the one that was kept. All its addresses are one page.
async function page(event) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    // The page doesn't wait for its copy.
    if (answer.ok && answer.headers.get("Content-Type")?.startsWith("text/html")) {
      event.waitUntil(keep(answer.clone()));
    }
    return answer;
  } catch (failed) {
    const last = await (await kept()).match(shell);
    if (last) return last;
    throw failed;
  }
}

// Files in assets have their content in their name: a kept one is never stale.
// Where nothing can be kept they come from the server.
async function asset(event) {
  const cache = await kept().catch(() => undefined);
  const had = await cache?.match(event.request).catch(() => undefined);
  if (had) return had;
  const answer = await fetch(event.request);
  if (answer.ok && cache) event.waitUntil(cache.put(event.request, answer.clone()));
  return answer;
}

// The page and the files that it names. What Chromium compiles along with this are
// plain scripts and not modules: those it compiles at the second visit, and keeps
// that for the third. Measured, to have plain scripts for it brought no visit forward.
async function keepShell() {
  const answer = await fetch(shell, { cache: "no-cache" });
  if (!answer.ok) return;
  const cache = await kept();
  const named = await keep(answer);
  await Promise.allSettled([...named].map(async (path) => (await cache.match(path)) ?? cache.add(path)));
}

/** Keeps a page that is another than the last, whose files go; gives the files that it names. */
async function keep(answer) {
  const cache = await kept();
  const html = await answer.clone().text();
  const named = new Set([...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((found) => found[1]));
  const last = await cache.match(shell);
  if (html === (await last?.text())) return named;
  await cache.put(shell, answer);
  for (const key of await cache.keys()) {
    const { pathname } = new URL(key.url);
    if (pathname !== shell && !named.has(pathname)) await cache.delete(key);
  }
  return named;
}
