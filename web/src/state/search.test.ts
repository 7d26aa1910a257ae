import { expect, test } from "vitest";
import { FakeRemote } from "../testing/fake_remote";
import { groupMatches, type Match, Search, threadOf, withRecent } from "./search";

function match(iid: string, channel: string, ts: string): Match {
  return {
    iid,
    channel: { id: channel, name: channel, is_im: false, is_mpim: false, is_private: false },
    user: "U1",
    username: "ada",
    ts,
    text: "x",
    permalink: "",
  };
}

const found = (matches: readonly unknown[], total: number, next: string) => ({
  total,
  matches,
  pagination: { next_cursor: next },
});

test("a search asks for messages and files by cursor, and for more", async () => {
  const remote = new FakeRemote({
    "search.messages": ({ cursor }) => ({
      messages: cursor === "*" ? found([match("1", "C1", "1.0")], 2, "n") : found([match("2", "C1", "2.0")], 2, ""),
    }),
    "search.files": () => ({ files: found([], 0, "") }),
  });
  const search = new Search(remote);
  search.run(" plan ");
  await expect.poll(() => search.messages.status.value.state).toBe("ready");
  await search.messages.loadMore();
  expect(search.messages.items.value.map((m) => m.iid)).toEqual(["1", "2"]);
  expect(search.messageTotal.value).toBe(2);
  expect(remote.of("search.messages")[0]).toMatchObject({ query: "plan", cursor: "*", highlight: true, sort: "score" });
  search.run("plan");
  expect(remote.of("search.messages")).toHaveLength(2);
  search.setSort("oldest");
  await expect.poll(() => search.messages.status.value.state).toBe("ready");
  expect(remote.of("search.messages")[2]).toMatchObject({ sort: "timestamp", sort_dir: "asc" });
});

test("neighbours of one conversation and day stand under one head", () => {
  const day = (ts: string) => ts.slice(0, 1);
  const groups = groupMatches(
    [match("1", "C1", "1.0"), match("2", "C1", "1.5"), match("3", "C2", "1.6"), match("4", "C1", "2.0")],
    day,
  );
  expect(groups.map((g) => g.matches.map((m) => m.iid))).toEqual([["1", "2"], ["3"], ["4"]]);
});

test("a permalink tells its thread", () => {
  expect(threadOf("https://x.example/archives/C1/p1?thread_ts=1.5&cid=C1")).toBe("1.5");
  expect(threadOf("/archives/C1/p1")).toBeUndefined();
});

test("recent searches are few, and each once", () => {
  let recent: readonly string[] = [];
  for (let i = 0; i < 12; i++) recent = withRecent(recent, `q${i % 10}`);
  expect(recent).toHaveLength(8);
  expect(recent[0]).toBe("q1");
  expect(new Set(recent).size).toBe(8);
});
