import { expect, test } from "vitest";
import { type ClientRoute, formatRoute, parseRoute, type Route, routeOfPath } from "./route";

const read = (path: string): Route => parseRoute(new URL(path, "http://taut.test"));

const routes: Route[] = [
  { page: "client", team: "T1", main: { type: "home" } },
  { page: "client", team: "T1", main: { type: "channel", channel: "C1" } },
  { page: "client", team: "T1", main: { type: "channel", channel: "D1", at: "1700000000.000100" } },
  {
    page: "client",
    team: "T1",
    main: { type: "channel", channel: "C1" },
    side: { type: "thread", channel: "C1", ts: "1700000000.000100", at: "1700000001.000100" },
  },
  {
    page: "client",
    team: "T1",
    main: { type: "threads" },
    side: { type: "thread", channel: "C1", ts: "1700000000.000100" },
  },
  { page: "client", team: "T1", main: { type: "search", query: "from:@tom & co #1" } },
  { page: "client", team: "T1", main: { type: "admin", section: "members" } },
  { page: "client", team: "T1", main: { type: "people" }, side: { type: "profile", user: "U1" } },
  { page: "client", team: "T1", main: { type: "unreads" }, side: { type: "details", channel: "C1", tab: "pins" } },
  { page: "client", team: "T1", main: { type: "later" }, side: { type: "channel", channel: "C2" } },
  { page: "signin", workspace: "acme", next: "/client/T1/C1" },
];

test("a route and its address are the same thing", () => {
  for (const route of routes) expect(read(formatRoute(route))).toEqual(route);
});

test("a permalink leads to its message, in its thread where it has one", () => {
  expect(read("/archives/C1/p1700000000000100")).toEqual({
    page: "client",
    team: "",
    main: { type: "channel", channel: "C1", at: "1700000000.000100" },
  });
  expect((read("/archives/C1/p1700000001000100?thread_ts=1700000000.000100&cid=C1") as ClientRoute).side).toEqual({
    type: "thread",
    channel: "C1",
    ts: "1700000000.000100",
    at: "1700000001.000100",
  });
});

test("a code comes behind the # and does not stay in the address", () => {
  const route = read("/invite#a%20b");
  expect(route).toEqual({ page: "invite", code: "a b" });
  expect(formatRoute(route)).toBe("/invite");
});

test("after signing in only a path of this client is gone to", () => {
  for (const next of ["https://evil.example/client/", "//evil.example/client/T1", "/api/auth.revoke"]) {
    expect(read(`/signin?next=${encodeURIComponent(next)}`)).toEqual({
      page: "signin",
      workspace: undefined,
      next: undefined,
    });
  }
});

test("what is no address of ours is home, and never an error", () => {
  for (const path of [
    "/",
    "/client/T1/nothing",
    "/client/T1/%E0%A4%A",
    "/client",
    "/archives",
    "/client/T1/C1/thread/x",
  ]) {
    const route = read(path) as ClientRoute;
    expect(route.page).toBe("client");
    expect(route.side).toBeUndefined();
  }
});

test("only links into the client are followed within it", () => {
  expect(routeOfPath("/client/T1/C1")?.main).toEqual({ type: "channel", channel: "C1" });
  expect(routeOfPath("/files-pri/T1-F1/a.png")).toBeUndefined();
});
