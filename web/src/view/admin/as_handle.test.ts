import { expect, test } from "vitest";
import { asBotHandle, asHandle } from "./as_handle";

test("a handle is made of a name", () => {
  expect(asHandle("@Team Öl & Gas")).toBe("team-öl--gas");
  expect(asBotHandle("Déploy Bot 2")).toBe("deploy-bot-2");
  expect(asBotHandle("会議")).toBe("");
});
