/** The client's database: one for each person in each workspace. */

import { type DBSchema, type IDBPDatabase, wrap } from "idb";
import type { TailState } from "../sync/tail";
import type { Channel, ChannelID, Message, Ts, User } from "../wire/objects";

/** A message in a timeline. One that stands in two is kept in both. */
export interface MessageRecord {
  timeline: string;
  channel: ChannelID;
  ts: Ts;
  message: Message;
}

/**
 * What of a timeline is kept: all its messages from oldest on, up to the cursor of
 * the channel's stream.
 */
export interface RangeRecord {
  timeline: string;
  channel: ChannelID;
  oldest: Ts;
  atStart: boolean;
  /** How many messages are kept. */
  count: number;
  /** When it was looked at last, in milliseconds since 1970. */
  used: number;
}

/** A message of one's own on its way. */
export interface OutboxRecord {
  /** The client_msg_id. */
  id: string;
  channel: ChannelID;
  created: number;
  state: "waiting" | "failed";
  error?: string;
  draft: unknown;
}

/** A change of a message on its way, or of a list of conversations: channel is the list then, and ts the conversation. */
export interface OperationRecord {
  id: string;
  channel: ChannelID;
  ts: Ts;
  created: number;
  /** Why the server refused it: it waits for somebody to decide. */
  error?: string;
  change: unknown;
}

/** A file in a composer. */
export interface FileRecord {
  key: string;
  /** The composer's conversation or thread. */
  room: string;
  /** The tab that shows it. */
  tab: string;
  created: number;
  name: string;
  blob: Blob;
  /** What the server calls it once it is there, and since when it is. */
  id?: string;
  uploaded?: number;
}

export interface Schema extends DBSchema {
  tails: { key: string; value: TailState };
  messages: { key: [string, Ts]; value: MessageRecord; indexes: { message: [ChannelID, Ts]; channel: ChannelID } };
  ranges: { key: string; value: RangeRecord; indexes: { channel: ChannelID; used: number } };
  channels: { key: ChannelID; value: Channel };
  users: { key: string; value: User };
  outbox: { key: string; value: OutboxRecord };
  operations: { key: string; value: OperationRecord };
  files: { key: string; value: FileRecord };
  values: { key: string; value: unknown };
}

export type Database = IDBPDatabase<Schema>;

/** The stores of what waits for the server: messages, and changes of messages. */
export type WaitingStore = "outbox" | "operations";

/** Raised when there is another store, which create makes. */
const version = 3;

export function databaseName(team: string, user: string): string {
  return `taut.${team}.${user}`;
}

export async function openDatabase(factory: IDBFactory, name: string, onClosed: () => void): Promise<Database> {
  const request = factory.open(name, version);
  request.onupgradeneeded = (e) => create(request.result, e.oldVersion);
  const db = wrap(await settled(request)) as unknown as Database;
  // Another tab wipes or upgrades it: this one goes on without.
  const raw = request.result;
  raw.onversionchange = () => {
    raw.close();
    onClosed();
  };
  raw.onclose = onClosed;
  return db;
}

export function deleteDatabase(factory: IDBFactory, name: string): Promise<void> {
  return settled(factory.deleteDatabase(name)).then(() => {});
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("indexedDB"));
  });
}

/** Brings a database of an older version to the present one. What is kept stays. */
function create(db: IDBDatabase, from: number): void {
  if (from < 1) createFirst(db);
  if (from < 2) db.createObjectStore("operations", { keyPath: "id" });
  if (from < 3) db.createObjectStore("files", { keyPath: "key" });
}

function createFirst(db: IDBDatabase): void {
  db.createObjectStore("tails", { keyPath: "stream" });
  const messages = db.createObjectStore("messages", { keyPath: ["timeline", "ts"] });
  messages.createIndex("message", ["channel", "ts"]);
  messages.createIndex("channel", "channel");
  const ranges = db.createObjectStore("ranges", { keyPath: "timeline" });
  ranges.createIndex("channel", "channel");
  ranges.createIndex("used", "used");
  db.createObjectStore("channels", { keyPath: "id" });
  db.createObjectStore("users", { keyPath: "id" });
  db.createObjectStore("outbox", { keyPath: "id" });
  db.createObjectStore("values");
}
