import { signal } from "@preact/signals-core";
import { afterEach, describe, expect, test } from "vitest";
import { ApiError } from "../net/api";
import { Device, settle, TestClock } from "../testing/platform";
import { Random } from "../testing/random";
import { Drafts } from "./drafts";
import type { Workspace } from "./workspace";

interface Held {
  id: string;
  channel: string;
  thread: string;
  ts: string;
  text: string;
  deleted: boolean;
}

/** The server's drafts.*: one for each conversation, and of two writes the later one holds. */
class Server {
  readonly held = new Map<string, Held>();
  readonly devices = new Set<DeviceOf>();
  #ids = 0;

  call(method: string, args: Record<string, unknown>): unknown {
    switch (method) {
      case "drafts.create":
        return this.#write(args);
      case "drafts.delete":
        return this.#delete(String(args.draft_id), String(args.client_last_updated_ts));
      case "drafts.list":
        return { drafts: [...this.held.values()].filter((d) => !d.deleted).map(object) };
      default:
        throw new Error(method);
    }
  }

  #write(args: Record<string, unknown>): unknown {
    const channel = String(args.channel);
    const thread = String(args.thread_ts ?? "");
    const key = `${channel}/${thread}`;
    const had = this.held.get(key);
    const ts = String(args.client_last_updated_ts);
    if (had && had.ts >= ts) return { draft: object(had) };
    const fresh = !had || had.deleted;
    const draft = {
      id: fresh ? `Dr${++this.#ids}` : had.id,
      channel,
      thread,
      ts,
      text: String(args.text),
      deleted: false,
    };
    this.held.set(key, draft);
    this.#tell(fresh ? "draft_create" : "draft_update", draft);
    return { draft: object(draft) };
  }

  #delete(id: string, ts: string): unknown {
    const had = [...this.held.values()].find((d) => d.id === id);
    if (!had) throw new ApiError("draft_not_found");
    if (had.deleted || had.ts > ts) return {};
    Object.assign(had, { deleted: true, ts, text: "" });
    this.#tell("draft_delete", had);
    return {};
  }

  #tell(type: string, d: Held): void {
    for (const device of this.devices)
      device.hear(type, { draft_id: d.id, channel_id: d.channel, thread_ts: d.thread, last_updated_ts: d.ts });
  }

  texts(): Record<string, string> {
    return Object.fromEntries(
      [...this.held].filter(([, d]) => !d.deleted).map(([key, d]) => [key.replace(/\/$/, ""), d.text]),
    );
  }
}

function object(d: Held): unknown {
  return {
    id: d.id,
    last_updated_ts: d.ts,
    destinations: [{ channel_id: d.channel, ...(d.thread && { thread_ts: d.thread }), broadcast: false }],
    text: d.text,
    blocks: [],
    is_deleted: d.deleted,
  };
}

/** A device with a workspace that knows of nothing but drafts. */
class DeviceOf {
  readonly connection = signal<{ state: string }>({ state: "live" });
  readonly disk: Map<string, unknown>;
  readonly local: Storage;
  /** Nothing that is written reaches the disk any more. */
  isDiskSlow = false;
  readonly #listeners = new Map<string, (e: unknown) => void>();
  #refresh = () => {};
  #leave = () => {};
  drafts: Drafts;

  constructor(
    readonly server: Server,
    readonly clock: TestClock,
    from: { disk: Map<string, unknown>; local: Storage } = { disk: new Map(), local: new Device().storage() },
  ) {
    const { disk } = from;
    this.disk = disk;
    this.local = from.local;
    server.devices.add(this);
    const onLeave = (f: () => void) => {
      this.#leave = f;
      return () => {};
    };
    const w = {
      id: "T1",
      session: { user: "ann" },
      platform: { clock, local: this.local, onLeave, visible: () => true, onVisible: () => () => {} },
      connection: this.connection,
      store: {
        value: async (name: string) => structuredClone(disk.get(name)),
        changeValue: async (name: string, f: (was: unknown) => unknown) => {
          if (this.isDiskSlow) return new Promise<boolean>(() => {});
          disk.set(name, structuredClone(f(disk.get(name))));
          return true;
        },
      },
      api: {
        call: async (method: string, args: Record<string, unknown>) => {
          await Promise.resolve();
          if (!this.online) throw new ApiError("no_answer");
          return server.call(method, args);
        },
      },
      channels: { missing: () => signal(false), onLost: () => () => {} },
      on: (type: string, f: (e: unknown) => void) => {
        this.#listeners.set(type, f);
        return () => this.#listeners.delete(type);
      },
      onRefresh: (f: () => void) => {
        this.#refresh = f;
        return () => {};
      },
    };
    this.drafts = new Drafts(w as unknown as Workspace);
  }

  get online(): boolean {
    return this.connection.peek().state === "live";
  }

  hear(type: string, e: unknown): void {
    if (this.online) this.#listeners.get(type)?.(e);
  }

  setOnline(on: boolean): void {
    this.connection.value = { state: on ? "live" : "offline" };
    if (on) this.#refresh();
  }

  write(channel: string, text: string, thread?: string): void {
    this.drafts.save(channel, thread, { text, blocks: [] });
  }

  texts(): Record<string, string> {
    return Object.fromEntries(
      this.drafts.list.peek().map((d) => [d.thread ? `${d.channel}/${d.thread}` : d.channel, d.text]),
    );
  }

  close(): void {
    this.drafts.close();
    this.server.devices.delete(this);
  }

  /** The page goes, with all that it has not written; another one comes. */
  reload(): DeviceOf {
    this.#leave();
    this.close();
    const again = new DeviceOf(this.server, this.clock, this);
    open.push(again);
    return again;
  }
}

const open: DeviceOf[] = [];
function world(devices: number): { server: Server; clock: TestClock; all: DeviceOf[] } {
  const server = new Server();
  const clock = new TestClock();
  const all = Array.from({ length: devices }, () => new DeviceOf(server, clock));
  open.push(...all);
  return { server, clock, all };
}

afterEach(() => {
  for (const device of open.splice(0)) device.close();
});

async function rest(clock: TestClock): Promise<void> {
  for (let i = 0; i < 12; i++) {
    await settle(3);
    clock.advance(500);
  }
  await settle(3);
}

describe("drafts", () => {
  test("are on all devices", async () => {
    const { clock, all, server } = world(2);
    const [here, there] = all as [DeviceOf, DeviceOf];
    here.write("C1", "to be");
    here.write("C1", "to be or not");
    here.write("C1", "a reply", "17.0001");
    expect(here.drafts.of("C1").peek()?.text).toBe("to be or not");
    await rest(clock);
    expect(there.texts()).toEqual({ C1: "to be or not", "C1/17.0001": "a reply" });
    there.write("C1", "to be or not to be");
    await rest(clock);
    expect(here.texts()).toEqual(server.texts());
    here.drafts.remove("C1");
    expect(here.drafts.of("C1").peek()).toBeUndefined();
    await rest(clock);
    expect(there.texts()).toEqual({ "C1/17.0001": "a reply" });
  });

  test("survive a reload without a network", async () => {
    const { clock, all, server } = world(1);
    const here = all[0] as DeviceOf;
    here.setOnline(false);
    here.write("C1", "written in a tunnel");
    await settle(3);
    const again = here.reload();
    await settle(3);
    expect(again.drafts.of("C1").peek()?.text).toBe("written in a tunnel");
    await rest(clock);
    expect(server.texts()).toEqual({ C1: "written in a tunnel" });
  });

  test("survive a page that goes before the disk has them", async () => {
    const { clock, all, server } = world(1);
    const here = all[0] as DeviceOf;
    here.write("C1", "to be");
    here.write("C2", "what one thinks better of");
    await rest(clock);
    here.isDiskSlow = true;
    here.write("C1", "to be or not");
    here.drafts.remove("C2");
    const again = here.reload();
    expect(again.texts()).toEqual({ C1: "to be or not" }); // in the same moment
    await rest(clock);
    expect([again.texts(), server.texts()]).toEqual([{ C1: "to be or not" }, { C1: "to be or not" }]);
    expect(again.local.length).toBe(0);
  });

  test("that a page has left do not come back when another has sent them", async () => {
    const { clock, all, server } = world(2);
    const [here, there] = all as [DeviceOf, DeviceOf];
    here.isDiskSlow = true;
    here.write("C1", "sent from the other device");
    here.write("C2", "still wanted");
    await rest(clock); // the server has them, the disk does not
    there.drafts.remove("C1");
    await rest(clock);
    here.setOnline(false);
    here.write("C2", "still wanted, and more");
    const again = here.reload();
    await rest(clock);
    expect([again.texts(), there.texts()]).toEqual([server.texts(), server.texts()]);
    expect(server.texts()).toEqual({ C2: "still wanted, and more" });
  });

  test("of two tabs that go at once are both kept, and the later of one conversation", async () => {
    const { clock, all, server } = world(1);
    const here = all[0] as DeviceOf;
    const there = new DeviceOf(server, clock, here);
    open.push(there);
    here.isDiskSlow = there.isDiskSlow = true;
    here.write("C1", "first");
    there.write("C2", "of the other tab");
    clock.advance(5);
    there.write("C1", "second");
    there.reload();
    const again = here.reload();
    await rest(clock);
    expect(again.texts()).toEqual({ C1: "second", C2: "of the other tab" });
  });

  test("are deleted also when the first write is still under way", async () => {
    const { clock, all, server } = world(2);
    const [here, there] = all as [DeviceOf, DeviceOf];
    here.write("C1", "sent at once");
    clock.advance(1_500); // the write has begun
    here.drafts.remove("C1");
    await rest(clock);
    expect([here.texts(), there.texts(), server.texts()]).toEqual([{}, {}, {}]);
  });

  test("end up the same everywhere, whatever happens", async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const { server, clock, all } = world(3);
      const random = new Random(seed);
      for (let step = 0; step < 40; step++) {
        const at = Math.floor(random.next() * all.length);
        const device = all[at] as DeviceOf;
        const channel = `C${Math.floor(random.next() * 3)}`;
        const dice = random.next();
        if (dice < 0.5) device.write(channel, `${seed}.${step}`);
        else if (dice < 0.7) device.drafts.remove(channel);
        else if (dice < 0.8) device.setOnline(!device.online);
        else if (dice < 0.85) device.isDiskSlow = true;
        else if (dice < 0.9) all[at] = device.reload();
        clock.advance(Math.floor(random.next() * 2_000) + 1);
        if (random.next() < 0.5) await settle(2);
      }
      for (const device of all) device.setOnline(true);
      await rest(clock);
      await rest(clock);
      for (const device of all) expect(device.texts(), `seed ${seed}`).toEqual(server.texts());
      for (const device of all) device.close();
    }
  });
});
