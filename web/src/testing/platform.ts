/** A world for tests in place of a browser: its clock stands still, its tabs share a disk and locks. */

import "fake-indexeddb/auto"; // for the classes that idb looks for
import { IDBFactory as FakeFactory } from "fake-indexeddb";
import type { Clock, Platform, TabChannel, Undo, Upload, WireSocket } from "../platform/platform";
import { Random } from "./random";

export class TestClock implements Clock {
  #now = 1_700_000_000_000;
  readonly #timers = new Set<{ at: number; f: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, f: () => void): Undo {
    const timer = { at: this.#now + ms, f };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass; what is due happens in its order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].filter((t) => t.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.f();
    }
    this.#now = end;
  }

  get waiting(): number {
    return this.#timers.size;
  }
}

/** The far end of what the client opens: a server, for both requests and sockets. */
export interface Backend {
  fetch(url: string, init: RequestInit): Promise<Response>;
  socket(url: string, socket: TestSocket): void;
}

export class TestSocket implements WireSocket {
  readonly bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((text: string) => void) | null = null;
  onclose: ((code: number, reason: string) => void) | null = null;
  /** What the client sends goes here. */
  onsend: ((text: string) => void) | undefined;
  onhangup: (() => void) | undefined;
  closed = false;

  send(text: string): void {
    if (!this.closed) this.onsend?.(text);
  }

  close(): void {
    this.closed = true;
    this.onhangup?.();
  }

  /** The server's side. */
  open(): void {
    if (!this.closed) this.onopen?.();
  }

  say(text: string): void {
    if (!this.closed) this.onmessage?.(text);
  }

  end(code: number, reason = ""): void {
    if (this.closed) return;
    this.closed = true;
    this.onclose?.(code, reason);
  }
}

/** Somebody who holds a lock, or waits for it. */
interface Lock {
  run(): void;
  lose(): void;
}

/** What the tabs of one browser share. */
export class Device {
  readonly clock = new TestClock();
  readonly indexedDB = new FakeFactory();
  readonly #channels = new Map<string, Set<TabChannel>>();
  readonly #locks = new Map<string, Lock[]>();
  readonly #local = new Map<string, string>();
  #uuids = 0;

  /** A tab. Its random numbers are those of the seed. */
  tab(backend: Backend, seed = 1): TestPlatform {
    return new TestPlatform(this, backend, seed);
  }

  uuid(): string {
    return `id-${++this.#uuids}`;
  }

  channel(name: string): TabChannel {
    const all = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, all);
    const own: TabChannel = {
      post: (message) => {
        const copy: unknown = structuredClone(message);
        for (const other of all) if (other !== own) queueMicrotask(() => all.has(other) && other.onmessage?.(copy));
      },
      onmessage: null,
      close: () => all.delete(own),
    };
    all.add(own);
    return own;
  }

  lock(name: string, signal: AbortSignal, f: () => Promise<void>, steal = false): Promise<void> {
    const all = this.#locks.get(name) ?? [];
    this.#locks.set(name, all);
    return new Promise((resolve, reject) => {
      const leave = () => {
        const [first] = all;
        all.splice(0, all.length, ...all.filter((l) => l !== own));
        if (first === own) all[0]?.run();
      };
      const own: Lock = {
        run: () => void f().then(leave).then(resolve, reject),
        lose: () => reject(new DOMException("stolen", "AbortError")),
      };
      if (steal) {
        all.shift()?.lose();
        all.unshift(own);
      } else {
        all.push(own);
        signal.addEventListener("abort", () => {
          if (all[0] === own) return; // it is held
          leave();
          reject(new DOMException("aborted", "AbortError"));
        });
      }
      if (all[0] === own) own.run();
    });
  }

  storage(): Storage {
    const map = this.#local;
    return {
      get length() {
        return map.size;
      },
      clear: () => map.clear(),
      getItem: (k) => map.get(k) ?? null,
      key: (n) => [...map.keys()][n] ?? null,
      removeItem: (k) => void map.delete(k),
      setItem: (k, v) => void map.set(k, v),
    };
  }
}

export class TestPlatform implements Platform {
  readonly clock: Clock;
  readonly indexedDB: IDBFactory | undefined;
  hasLocks = true;
  readonly local: Storage;
  readonly session: Storage;
  isOnline = true;
  isVisible = true;
  /** Blobs that have an address. */
  readonly shown = new Map<string, Blob>();
  #shows = 0;
  readonly #device: Device;
  readonly #backend: Backend;
  readonly #random: Random;
  readonly #online = new Set<(on: boolean) => void>();
  readonly #visible = new Set<(on: boolean) => void>();
  readonly #active = new Set<() => void>();
  readonly #leaving = new Set<() => void>();
  readonly #channels: TabChannel[] = [];
  /** Timers that were due since the tab was frozen. */
  #due: (() => void)[] | undefined;

  constructor(device: Device, backend: Backend, seed: number) {
    this.#device = device;
    this.#backend = backend;
    this.#random = new Random(seed);
    this.clock = {
      now: () => device.clock.now(),
      after: (ms, f) => device.clock.after(ms, () => (this.#due ? this.#due.push(f) : f())),
    };
    this.indexedDB = device.indexedDB;
    this.local = device.storage();
    this.session = device.storage();
  }

  fetch(url: string, init: RequestInit): Promise<Response> {
    return this.isOnline ? this.#backend.fetch(url, init) : Promise.reject(new TypeError("offline"));
  }

  show(blob: Blob) {
    const url = `blob:tab/${++this.#shows}`;
    this.shown.set(url, blob);
    return { url, forget: () => void this.shown.delete(url) };
  }

  async upload(_: Upload): Promise<{ status: number; text: string }> {
    return { status: 200, text: "OK" };
  }

  socket(url: string): WireSocket {
    const s = new TestSocket();
    queueMicrotask(() => (this.isOnline ? this.#backend.socket(url, s) : s.end(1006)));
    return s;
  }

  tabs(name: string): TabChannel {
    const c = this.#device.channel(name);
    this.#channels.push(c);
    return c;
  }

  lock(name: string, signal: AbortSignal, f: () => Promise<void>, steal?: boolean): Promise<void> {
    return this.#device.lock(name, signal, f, steal);
  }

  /** The browser stops the tab: it hears nothing of the others, and no timer runs, until it is thawed. */
  freeze(): Undo {
    const heard = this.#channels.map((c) => c.onmessage);
    for (const c of this.#channels) c.onmessage = null;
    this.#due = [];
    return () => {
      const due = this.#due ?? [];
      this.#due = undefined;
      for (const f of due) f();
      for (const [i, c] of this.#channels.entries()) c.onmessage = heard[i] ?? null;
    };
  }

  random(): number {
    return this.#random.next();
  }

  uuid(): string {
    return this.#device.uuid();
  }

  online(): boolean {
    return this.isOnline;
  }

  onOnline(f: (on: boolean) => void): Undo {
    this.#online.add(f);
    return () => this.#online.delete(f);
  }

  visible(): boolean {
    return this.isVisible;
  }

  onVisible(f: (on: boolean) => void): Undo {
    this.#visible.add(f);
    return () => this.#visible.delete(f);
  }

  onLeave(f: () => void): Undo {
    this.#leaving.add(f);
    return () => this.#leaving.delete(f);
  }

  /** The person closes the tab: nobody calls close. */
  leave(): void {
    for (const f of this.#leaving) f();
    this.freeze();
  }

  onActivity(f: () => void): Undo {
    this.#active.add(f);
    return () => this.#active.delete(f);
  }

  /** The person does something. */
  touch(): void {
    for (const f of this.#active) f();
  }

  notify(): Undo {
    return () => {};
  }

  setOnline(on: boolean): void {
    this.isOnline = on;
    for (const f of this.#online) f(on);
  }

  setVisible(on: boolean): void {
    this.isVisible = on;
    for (const f of this.#visible) f(on);
  }
}

/** Lets everything that is under way come to an end, with the clock standing still. */
export async function settle(rounds = 60): Promise<void> {
  for (let n = 0; n < rounds; n++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until something is so; time passes meanwhile if a clock is given. */
export async function until(what: string, f: () => boolean, clock?: TestClock): Promise<void> {
  for (let n = 0; n < 3000; n++) {
    if (f()) return;
    clock?.advance(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never: ${what}`);
}
