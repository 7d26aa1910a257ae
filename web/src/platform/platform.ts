/**
 * What the client needs of the browser, as one value that main makes and hands
 * down: nothing below main touches a global, so tests give it a world of their
 * own. This file has types only; platform/browser.ts is the real one.
 */

export type Undo = () => void;

/** A WebSocket as net/socket.ts uses it. */
export interface WireSocket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((text: string) => void) | null;
  onclose: ((code: number, reason: string) => void) | null;
}

/** A BroadcastChannel: what is posted arrives at every other tab. */
export interface TabChannel {
  post(message: unknown): void;
  onmessage: ((message: unknown) => void) | null;
  close(): void;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls f once after ms. */
  after(ms: number, f: () => void): Undo;
}

export interface Upload {
  url: string;
  body: Blob;
  headers: Record<string, string>;
  /** Of another server than this page's: its URL is taken as it is, and by this method instead of POST. */
  elsewhere?: string;
  /** 0 to 1. */
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
}

export interface DesktopNotice {
  title: string;
  body: string;
  icon?: string;
  tag: string;
  silent: boolean;
  onClick(): void;
}

export interface Platform {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Sends with progress; the status and text of the answer. */
  upload(u: Upload): Promise<{ status: number; text: string }>;
  socket(url: string): WireSocket;
  tabs(name: string): TabChannel;
  /** Whether tabs can agree on one of them: Web Locks need a secure context. */
  hasLocks: boolean;
  /**
   * Holds the lock while f's promise is pending. With steal it is taken from whoever
   * has it: their call rejects.
   */
  lock(name: string, signal: AbortSignal, f: () => Promise<void>, steal?: boolean): Promise<void>;
  /** undefined where the browser keeps nothing (some private windows). */
  indexedDB: IDBFactory | undefined;
  clock: Clock;
  /** 0 ≤ x < 1 */
  random(): number;
  uuid(): string;
  /** An address by which this page shows a blob, until it is forgotten. */
  show(blob: Blob): { readonly url: string; readonly forget: Undo };
  online(): boolean;
  onOnline(f: (online: boolean) => void): Undo;
  visible(): boolean;
  onVisible(f: (visible: boolean) => void): Undo;
  /** The page goes for good: what f does has to be done when it returns. */
  onLeave(f: () => void): Undo;
  /** The person has touched something. */
  onActivity(f: () => void): Undo;
  notify(n: DesktopNotice): Undo;
  local: Storage;
  session: Storage;
}
