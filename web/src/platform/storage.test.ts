import { expect, test } from "vitest";
import { Device } from "../testing/platform";
import { steadyStorage } from "./storage";

const blocked = (): Storage => {
  throw new DOMException("blocked", "SecurityError");
};

/** A disk that takes nothing more while it is full. */
function disk() {
  const storage = new Device().storage();
  const { setItem } = storage;
  const d = { storage, full: false };
  storage.setItem = (k, v) => {
    if (d.full) throw new DOMException("full", "QuotaExceededError");
    setItem(k, v);
  };
  return d;
}

test("what the disk takes is on the disk", () => {
  const { storage } = disk();
  const s = steadyStorage(() => storage);
  s.setItem("a", "1");
  s.setItem("b", "2");
  s.removeItem("a");
  expect(storage.getItem("b")).toBe("2");
  expect([s.getItem("a"), s.getItem("b"), s.length, s.key(0), s.key(1)]).toEqual([null, "2", 1, "b", null]);
  s.clear();
  expect(storage.length).toBe(0);
});

test("where site data is blocked it holds what it is given", () => {
  const s = steadyStorage(blocked);
  expect(s.getItem("a")).toBeNull();
  s.setItem("a", "1");
  expect([s.getItem("a"), s.length, s.key(0)]).toEqual(["1", 1, "a"]);
  s.removeItem("a");
  expect([s.getItem("a"), s.length]).toEqual([null, 0]);
});

test("a full disk keeps what it had, and what is new is held until there is room", () => {
  const d = disk();
  const s = steadyStorage(() => d.storage);
  s.setItem("a", "old");
  d.full = true;
  s.setItem("a", "new");
  s.setItem("b", "1");
  expect([s.getItem("a"), s.getItem("b"), s.length]).toEqual(["new", "1", 2]);
  expect(d.storage.getItem("a")).toBe("old");
  d.full = false;
  s.setItem("a", "newer");
  expect([s.getItem("a"), d.storage.getItem("a")]).toEqual(["newer", "newer"]);
});
