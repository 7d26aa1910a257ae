import { expect, test } from "vitest";
import { Device } from "../testing/platform";
import { landingAt } from "./landing";

const platform = () => new Device().tab({ fetch: () => Promise.reject(new TypeError("none")), socket: () => {} });
const session = (team: string) => ({ token: `xoxc-${team}`, team_id: team, team, domain: team, user: "ann" });

function land(path: string, { recent = "", last = "" } = {}) {
  const { local, session: tab } = platform();
  local.setItem("taut.sessions", JSON.stringify([session("T1"), session("T2")]));
  if (recent) local.setItem("taut.recent.T2.ann", recent);
  if (last) tab.setItem("taut.team", last);
  const landing = landingAt(new URL(path, "http://taut.test"), local, tab);
  return landing && [landing.session.team_id, ...landing.timelines];
}

test("an address leads to a workspace and the timelines that it shows", () => {
  expect(land("/client/T2/C1")).toEqual(["T2", "C1"]);
  expect(land("/client/T2/C1/thread/1700000000.000100")).toEqual(["T2", "C1", "C1/1700000000.000100"]);
  expect(land("/client/T1/threads")).toEqual(["T1"]);
});

test("home leads to what was open last", () => {
  expect(land("/", { last: "T2", recent: "C7,C1" })).toEqual(["T2", "C7"]);
  expect(land("/")).toEqual(["T1"]);
});

test("what is not the person's leads nowhere", () => {
  expect(land("/client/T3/C1")).toBeUndefined();
  expect(land("/signin")).toBeUndefined();
});
