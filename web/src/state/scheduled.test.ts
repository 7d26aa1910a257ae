import { expect, test } from "vitest";
import { presets } from "./scheduled";

const at = (text: string) => presets(new Date(text)).map((p) => `${p.name} ${p.at.getDate()}. ${p.at.getHours()}`);

test("the times that are offered are all ahead, and none twice", () => {
  expect(at("2026-11-18T08:00:00")).toEqual(["todayAfternoon 18. 13", "tomorrowMorning 19. 9", "mondayMorning 23. 9"]);
  expect(at("2026-11-18T15:00:00")).toEqual(["tomorrowMorning 19. 9", "mondayMorning 23. 9"]);
  expect(at("2026-11-22T15:00:00")).toEqual(["mondayMorning 23. 9"]);
  expect(at("2026-11-23T15:00:00")).toEqual(["tomorrowMorning 24. 9", "mondayMorning 30. 9"]);
});
