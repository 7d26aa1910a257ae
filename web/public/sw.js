// The service worker: keeps the page and its files, so that the client opens
// without a connection and shows what this device has. What people write and read
// is not here: that is in the client's own database, and goes with signing out.

const files = "taut-files-1";
const shell = "/";

self.addEventListener("install", (event) => {
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
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(event.request));
});

function isClient(path) {
  return path === shell || /^\/(client|archives|signin|setup|invite|reset|account)(\/|$)/.test(path);
}

async function keepShell() {
  const cache = await caches.open(files);
  const answer = await fetch(shell, { cache: "no-cache" });
  if (answer.ok) await cache.put(shell, answer);
}

// The page comes from the server, so that a new version is had at once; without
// an answer it is the one that was kept. All its addresses are one page.
async function page(event) {
  const before = assetsKept(); // asked before the answer is there: nothing of a new version is among them
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    // The page doesn't wait for its copy.
    if (answer.ok && answer.headers.get("Content-Type")?.startsWith("text/html")) {
      event.waitUntil(keep(answer.clone(), before));
    }
    return answer;
  } catch (failed) {
    const kept = await (await caches.open(files)).match(shell);
    if (kept) return kept;
    throw failed;
  }
}

async function keep(answer, before) {
  const cache = await caches.open(files);
  const html = await answer.clone().text();
  await cache.put(shell, answer);
  await sweep(cache, html, await before);
}

// Files in assets have their content in their name: a kept one is never stale.
async function asset(request) {
  const cache = await caches.open(files);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

const most = 200;

async function assetsKept() {
  const keys = await (await caches.open(files)).keys();
  return keys.filter((key) => new URL(key.url).pathname.startsWith("/assets/"));
}

// When the page names another entry than before, what the last version brought goes.
async function sweep(cache, html, assets) {
  const entry = /src="(\/assets\/[^"]+)"/.exec(html)?.[1];
  const isNew = entry && !assets.some((key) => new URL(key.url).pathname === entry);
  if ((isNew && assets.length > 0) || assets.length > most) await Promise.all(assets.map((key) => cache.delete(key)));
}
