import { expect, test } from "vitest";
import { FakeRemote, Refusal } from "../testing/fake_remote";
import { type Page, Paged } from "./paged";
import { nextCursor, type ResponseMetadata } from "./remote";

interface Row {
  readonly id: string;
}

function listOf(remote: FakeRemote): Paged<Row> {
  return new Paged(
    async (cursor, signal): Promise<Page<Row>> => {
      const answer = await remote.call<ResponseMetadata & { rows: Row[] }>("list", { cursor }, { signal });
      return { items: answer.rows, next: nextCursor(answer) };
    },
    (row) => row.id,
  );
}

const pages: Record<string, { rows: Row[]; response_metadata: { next_cursor: string } }> = {
  "": { rows: [{ id: "a" }, { id: "b" }], response_metadata: { next_cursor: "2" } },
  "2": { rows: [{ id: "b" }, { id: "c" }], response_metadata: { next_cursor: "" } },
};

test("pages follow each other, each item once", async () => {
  const list = listOf(new FakeRemote({ list: ({ cursor }) => pages[String(cursor)] }));
  await list.ensure();
  expect(list.hasMore.value).toBe(true);
  await list.loadMore();
  expect(list.items.value.map((row) => row.id)).toEqual(["a", "b", "c"]);
  expect(list.hasMore.value).toBe(false);
  await list.loadMore();
  await list.ensure();
  expect(list.items.value).toHaveLength(3);
});

test("a failure is told, keeps what is here, and can be tried again", async () => {
  const remote = new FakeRemote({ list: ({ cursor }) => pages[String(cursor)] });
  const list = listOf(remote);
  await list.load();
  remote.on("list", () => {
    throw new Refusal("ratelimited");
  });
  await list.loadMore();
  expect(list.status.value).toEqual({ state: "failed", code: "ratelimited" });
  expect(list.items.value).toHaveLength(2);
  remote.on("list", ({ cursor }) => pages[String(cursor)]);
  await list.loadMore();
  expect(list.items.value).toHaveLength(3);
});

test("the answer to an older question is dropped", async () => {
  let release: (value: unknown) => void = () => {};
  const slow = new Promise((resolve) => {
    release = resolve;
  });
  const remote = new FakeRemote({ list: () => slow });
  const list = listOf(remote);
  const first = list.load();
  remote.on("list", () => ({ rows: [{ id: "new" }] }));
  await list.load();
  release({ rows: [{ id: "old" }] });
  await first;
  expect(list.items.value).toEqual([{ id: "new" }]);
  expect(list.status.value.state).toBe("ready");
});
