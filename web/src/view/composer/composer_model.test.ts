// @vitest-environment happy-dom
import { signal } from "@preact/signals-core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { App } from "../../state/app";
import { draftsOf } from "../../state/drafts";
import { Overlays } from "../../state/overlays";
import type { Workspace } from "../../state/workspace";
import { settle, TestClock } from "../../testing/platform";
import type { DocNode } from "../../text/serialize";
import { ComposerModel, docFor } from "./composer_model";
import type { MessageEditor } from "./message_editor";

/** An editor that holds a document and no more. */
class FakeEditor {
  doc: DocNode = docFor({ text: "" });
  focused = false;
  readonly blank = signal(true);
  setDoc(doc: DocNode | undefined): void {
    this.doc = doc ?? docFor({ text: "" });
    this.blank.value = doc === undefined;
  }
  takeUp(_place: string, _mark: string | undefined, doc: () => DocNode | undefined): void {
    this.setDoc(doc());
  }
  putAside(): void {}
}

function world(members = 3) {
  const clock = new TestClock();
  let uuids = 0;
  const parts = new Map<unknown, object>();
  const call = vi.fn(async (method: string, _args?: object) =>
    method === "drafts.list"
      ? { drafts: [] }
      : method === "files.getUploadURLExternal"
        ? { upload_url: "/u", file_id: "F1" }
        : {},
  );
  let finish = () => {};
  let fail = (_: Error) => {};
  const uploaded = new Promise<void>((resolve, reject) => {
    [finish, fail] = [resolve, reject];
  });
  const send = vi.fn();
  const timeline = { atEnd: signal(false), jumpToLatest: vi.fn(async () => {}) };
  const w = {
    id: "T1",
    session: { user: "U1" },
    platform: {
      clock,
      local: { getItem: () => null, setItem: () => {} },
      onLeave: () => () => {},
      visible: () => true,
      onVisible: () => () => {},
      hasLocks: false,
      uuid: () => String(++uuids),
    },
    connection: signal({ state: "live" }),
    store: {
      value: async () => undefined,
      changeValue: async () => true,
      files: async () => [],
      putFile: async () => true,
      deleteFiles: async () => {},
    },
    api: { call, upload: () => uploaded },
    on: () => () => {},
    onRefresh: () => () => {},
    part: (create: (of: unknown) => object) => {
      if (!parts.has(create)) parts.set(create, create(w));
      return parts.get(create);
    },
    channels: {
      get: () => signal({ id: "C1", name: "general", num_members: members }),
      missing: () => signal(false),
      onLost: () => () => {},
      members: () => ({ ids: signal([]) }),
      leave: (channel: string) => call("conversations.leave", { channel }),
    },
    timelines: { of: () => timeline },
    threads: { of: () => timeline },
    typing: { send: vi.fn() },
    outbox: { send },
  };
  const navigate = vi.fn();
  const app = { overlays: new Overlays(), navigate, client: undefined as object | undefined };
  const editor = new FakeEditor();
  const model = new ComposerModel(app as unknown as App, w as unknown as Workspace, "C1", undefined);
  const undo = model.attach(editor as unknown as MessageEditor);
  /** As if a person had typed it. */
  const write = (text: string) => {
    editor.setDoc(docFor({ text }));
    model.changed();
  };
  return { app, w, clock, call, send, timeline, editor, model, undo, write, navigate, finish, fail };
}

let t: ReturnType<typeof world>;

beforeEach(() => {
  t = world();
});

afterEach(() => {
  t.undo();
});

describe("sending", () => {
  test("hands text and blocks to the outbox, and empties the composer", () => {
    t.write("hello *there*");
    t.model.submit();
    expect(t.send).toHaveBeenCalledWith("C1", {
      text: "hello *there*",
      blocks: [
        {
          type: "rich_text",
          elements: [
            {
              type: "rich_text_section",
              elements: [
                { type: "text", text: "hello " },
                { type: "text", text: "there", style: { bold: true } },
              ],
            },
          ],
        },
      ],
    });
    expect(t.editor.blank.peek()).toBe(true);
    expect(t.timeline.jumpToLatest).toHaveBeenCalled();
  });

  test("nothing is not sent, and leads nowhere", () => {
    const sent = vi.fn();
    t.model.onSent = sent;
    t.model.submit();
    expect(t.send).not.toHaveBeenCalled();
    expect(t.timeline.jumpToLatest).not.toHaveBeenCalled();
    expect(sent).not.toHaveBeenCalled();
    t.write("now");
    t.model.submit();
    expect(sent).toHaveBeenCalledOnce();
  });

  test("what is too long says so", () => {
    t.write("x".repeat(40_001));
    t.model.submit();
    expect(t.model.notice.peek()).toEqual({ type: "tooLong" });
    expect(t.editor.blank.peek()).toBe(false);
  });

  test("waits for the files", async () => {
    t.model.addFiles([new File(["abc"], "a.txt", { type: "text/plain" })]);
    t.write("with a file");
    t.model.submit();
    expect(t.model.waiting.peek()).toBe(true);
    expect(t.send).not.toHaveBeenCalled();
    t.finish();
    await settle(5);
    expect(t.send.mock.calls[0]?.[1]).toMatchObject({ text: "with a file", files: [{ id: "F1", name: "a.txt" }] });
    expect(t.model.waiting.peek()).toBe(false);
  });

  test("sends what waits for its files also where one is elsewhere by then, once", async () => {
    t.model.addFiles([new File(["abc"], "a.txt", { type: "text/plain" })]);
    t.write("with a file");
    t.model.submit();
    t.undo(); // the person looks at another conversation
    const again = new ComposerModel(t.app as unknown as App, t.w as unknown as Workspace, "C1", undefined);
    const undo = again.attach(t.editor as unknown as MessageEditor);
    expect(again.waiting.peek()).toBe(true);
    undo();
    t.finish();
    await settle(5);
    expect(t.send.mock.calls).toMatchObject([["C1", { text: "with a file", files: [{ id: "F1" }] }]]);
    expect(
      draftsOf(t.w as unknown as Workspace)
        .of("C1")
        .peek(),
    ).toBeUndefined();
    t.undo = again.attach(t.editor as unknown as MessageEditor);
    expect(t.editor.blank.peek()).toBe(true);
  });

  test("sends nothing half-written when the files are there", async () => {
    t.model.addFiles([new File(["abc"], "a.txt", { type: "text/plain" })]);
    t.write("with a file");
    t.model.submit();
    t.write("with a file and half a th");
    expect(t.model.waiting.peek()).toBe(false);
    t.finish();
    await settle(5);
    expect(t.send).not.toHaveBeenCalled();
  });

  test("leaves what is written while a message is being scheduled", async () => {
    let answer = (_: object) => {};
    t.write("tomorrow");
    t.call.mockImplementation((async (method: string) =>
      method === "drafts.list"
        ? { drafts: [] }
        : new Promise((resolve) => {
            answer = resolve;
          })) as never);
    const taken = t.model.later(9);
    await settle(5);
    t.write("today");
    answer({});
    expect(await taken).toBe(true);
    expect(t.editor.doc).toEqual(docFor({ text: "today" }));
  });

  test("gives files to a message that is sent later, once they are there", async () => {
    t.model.addFiles([new File(["abc"], "a.txt", { type: "text/plain" })]);
    t.write("with a file");
    expect(await t.model.later(9)).toBe(false);
    expect(t.model.notice.peek()).toEqual({ type: "filesFirst" });
    t.finish();
    await settle(5);
    expect(await t.model.later(9)).toBe(true);
    const asked = t.call.mock.calls as unknown as [string, object][];
    expect(asked.slice(-2)).toMatchObject([
      ["files.completeUploadExternal", { files: [{ id: "F1", title: "a.txt" }] }],
      ["chat.scheduleMessage", { text: "with a file", file_ids: ["F1"], post_at: 9 }],
    ]);
    expect(t.model.uploads.list.peek()).toEqual([]);
  });

  test("asks before many hear of it", () => {
    t.undo();
    t = world(100);
    t.write("<!channel> lunch");
    t.model.submit();
    expect(t.send).not.toHaveBeenCalled();
    const [asked] = t.app.overlays.stack.peek() as unknown as [{ props: { onConfirm: () => void } }];
    expect(asked).toMatchObject({ name: "confirm", props: { title: "Notify 99 people?" } });
    asked.props.onConfirm();
    expect(t.send).toHaveBeenCalledTimes(1);
  });

  test("asks, and sends nothing without the file that failed meanwhile", async () => {
    t.undo();
    t = world(100);
    t.model.addFiles([new File(["abc"], "a.txt", { type: "text/plain" })]);
    t.write("<!channel> lunch");
    t.model.submit();
    const [asked] = t.app.overlays.stack.peek() as unknown as [{ props: { onConfirm: () => void } }];
    t.fail(new Error("refused"));
    await settle(5);
    asked.props.onConfirm();
    expect(t.send).not.toHaveBeenCalled();
    expect(t.model.notice.peek()).toEqual({ type: "uploadsFailed" });
  });

  test("does not ask in a small channel", () => {
    t.write("<!channel> lunch");
    t.model.submit();
    expect(t.send).toHaveBeenCalledTimes(1);
  });
});

describe("commands", () => {
  test("run instead of being sent", async () => {
    t.write("/me is here");
    t.model.submit();
    await settle(5);
    expect(t.call).toHaveBeenCalledWith("chat.meMessage", { channel: "C1", text: "is here" });
    expect(t.send).not.toHaveBeenCalled();
    expect(t.editor.blank.peek()).toBe(true);
  });

  test("leave alone what is written while they run, and lead nobody away who is elsewhere", async () => {
    const answers: ((answer: object) => void)[] = [];
    t.call.mockImplementation(() => new Promise((resolve) => answers.push(resolve)) as never);
    const run = (text: string) => {
      t.write(text);
      t.model.submit();
    };
    const answer = async () => {
      for (const resolve of answers.splice(0)) resolve({ drafts: [] });
      await settle(5);
    };
    run("/me waves");
    t.write("a whole next message");
    await answer();
    expect(t.editor.doc).toEqual(docFor({ text: "a whole next message" }));

    run("/leave");
    t.undo(); // the person looks at another conversation
    const kept = draftsOf(t.w as unknown as Workspace).of("C1");
    expect(kept.peek()?.text).toBe("/leave");
    await answer();
    expect(kept.peek()).toBeUndefined();
    expect(t.navigate).not.toHaveBeenCalled();

    t.undo = t.model.attach(t.editor as unknown as MessageEditor);
    run("/leave");
    t.undo(); // the composer goes with the channel
    t.app.client = { main: { type: "channel", channel: "C1" } };
    await answer();
    expect(t.navigate).toHaveBeenCalledWith({ main: { type: "home" } });
  });

  test("that there are none of stay, with a word about it", () => {
    t.write("/nonsense");
    t.model.submit();
    expect(t.model.notice.peek()).toEqual({ type: "unknownCommand", name: "nonsense" });
    expect(t.editor.blank.peek()).toBe(false);
    t.write("/nonsens");
    expect(t.model.notice.peek()).toBeUndefined();
  });

  test("lead somewhere, or send a text", async () => {
    t.write("/search from:@ada");
    t.model.submit();
    await settle(5);
    expect(t.navigate).toHaveBeenCalledWith({ main: { type: "search", query: "from:@ada" } });
    t.write("/shrug well");
    t.model.submit();
    await settle(5);
    expect(t.send.mock.calls[0]?.[1]).toMatchObject({
      text: "well ¯\\_(ツ)_/¯",
      blocks: [{ elements: [{ elements: [{ type: "text", text: "well ¯\\_(ツ)_/¯" }] }] }],
    });
  });
});

describe("drafts", () => {
  const drafts = () => t.call.mock.calls.filter(([method]) => method === "drafts.create").length;

  test("are kept a moment after the last letter, and gone when it is sent", async () => {
    t.write("to be");
    t.clock.advance(700);
    t.clock.advance(1_500);
    await settle(5);
    expect(drafts()).toBe(1);
    expect(t.editor.blank.peek()).toBe(false); // one's own draft does not come back into the editor
    t.model.submit();
    t.clock.advance(10);
    await settle(5);
    t.undo();
    t.write("elsewhere");
    t.undo = t.model.attach(t.editor as unknown as MessageEditor);
    expect(t.editor.blank.peek()).toBe(true);
  });

  test("are kept when the writer rests, and now and then while they do not", () => {
    const kept = vi.spyOn(draftsOf(t.w as unknown as Workspace), "save");
    const type = (keys: number) => {
      for (let i = 0; i < keys; i++) {
        t.write(`${i} keys`);
        t.clock.advance(50);
      }
    };
    type(20);
    expect(kept).not.toHaveBeenCalled();
    t.clock.advance(250);
    expect(kept).toHaveBeenCalledTimes(1);
    expect(kept.mock.calls[0]?.[2].text).toBe("19 keys");
    type(40);
    expect(kept).toHaveBeenCalledTimes(2);
    t.clock.advance(5_000);
    expect(kept).toHaveBeenCalledTimes(3);
  });

  test("are kept at once when the composer goes", () => {
    t.write("half a sent");
    t.undo();
    t.editor.setDoc(undefined);
    t.undo = t.model.attach(t.editor as unknown as MessageEditor);
    expect(t.editor.doc).toEqual(docFor({ text: "half a sent" }));
  });
});
