/** The platform of a real browser. */

import type { DesktopNotice, Platform, TabChannel, Undo, Upload, WireSocket } from "./platform";
import { steadyStorage } from "./storage";

export function browserPlatform(): Platform {
  return {
    fetch: (url, init) => fetch(url, init),
    upload,
    socket,
    tabs,
    hasLocks: typeof BroadcastChannel !== "undefined" && navigator.locks !== undefined,
    lock,
    indexedDB: globalThis.indexedDB,
    clock: { now: () => Date.now(), after },
    random: () => Math.random(),
    uuid,
    show: (blob) => {
      const url = URL.createObjectURL(blob);
      return { url, forget: () => URL.revokeObjectURL(url) };
    },
    online: () => navigator.onLine,
    onOnline: (f) =>
      join(
        listen(window, "online", () => f(true)),
        listen(window, "offline", () => f(false)),
      ),
    visible: () => document.visibilityState === "visible",
    onVisible: (f) => listen(document, "visibilitychange", () => f(document.visibilityState === "visible")),
    onLeave: (f) => listen(window, "pagehide", (e) => !(e as PageTransitionEvent).persisted && f()),
    onActivity: (f) => join(listen(window, "keydown", f), listen(window, "pointerdown", f)),
    notify,
    local: steadyStorage(() => window.localStorage),
    session: steadyStorage(() => window.sessionStorage),
  };
}

function listen(target: EventTarget, type: string, f: (e: Event) => void): Undo {
  target.addEventListener(type, f, { passive: true });
  return () => target.removeEventListener(type, f);
}

function join(...undos: Undo[]): Undo {
  return () => {
    for (const undo of undos) undo();
  };
}

function after(ms: number, f: () => void): Undo {
  const timer = setTimeout(f, ms);
  return () => clearTimeout(timer);
}

/** crypto.randomUUID is missing on plain http; getRandomValues is not. */
function uuid(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * The server may call itself by another name than the page's: the policy allows
 * requests and sockets to the page's host, which is the same server.
 */
function here(url: string, scheme: "http" | "ws"): URL {
  const u = new URL(url, location.href);
  u.protocol = location.protocol === "https:" ? `${scheme}s:` : `${scheme}:`;
  u.host = location.host;
  return u;
}

function socket(url: string): WireSocket {
  const ws = new WebSocket(here(url, "ws"));
  const s: WireSocket = {
    send: (text) => ws.send(text),
    close: (code, reason) => ws.close(code, reason),
    get bufferedAmount() {
      return ws.bufferedAmount;
    },
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  ws.onopen = () => s.onopen?.();
  ws.onmessage = (e: MessageEvent<unknown>) => {
    if (typeof e.data === "string") s.onmessage?.(e.data);
  };
  ws.onclose = (e) => s.onclose?.(e.code, e.reason);
  return s;
}

function tabs(name: string): TabChannel {
  const channel = new BroadcastChannel(name);
  const t: TabChannel = {
    post: (message) => channel.postMessage(message),
    onmessage: null,
    close: () => channel.close(),
  };
  channel.onmessage = (e: MessageEvent<unknown>) => t.onmessage?.(e.data);
  return t;
}

async function lock(name: string, signal: AbortSignal, f: () => Promise<void>, steal = false): Promise<void> {
  try {
    await navigator.locks.request(name, steal ? { steal } : { signal }, f);
  } catch (e) {
    if (!signal.aborted) throw e;
  }
}

/** XMLHttpRequest, as fetch tells nothing of what has been sent. */
function upload(u: Upload): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest();
    x.open(u.elsewhere ?? "POST", u.elsewhere ? u.url : here(u.url, "http"));
    for (const [name, value] of Object.entries(u.headers)) x.setRequestHeader(name, value);
    x.upload.onprogress = (e) => {
      if (e.lengthComputable) u.onProgress?.(e.loaded / e.total);
    };
    x.onload = () => resolve({ status: x.status, text: x.responseText });
    x.onerror = () => reject(new TypeError("no answer"));
    x.onabort = () => reject(new DOMException("aborted", "AbortError"));
    if (u.signal?.aborted) return x.onabort?.(new ProgressEvent("abort"));
    u.signal?.addEventListener("abort", () => x.abort());
    x.send(u.body);
  });
}

function notify(n: DesktopNotice): Undo {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return () => {};
  const notice = new Notification(n.title, { body: n.body, icon: n.icon, tag: n.tag, silent: n.silent });
  notice.onclick = () => {
    window.focus();
    n.onClick();
    notice.close();
  };
  return () => notice.close();
}
