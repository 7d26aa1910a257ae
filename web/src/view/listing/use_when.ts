import { useMemo } from "react";
import * as when from "../../state/when";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";

/** Times and days as this person reads them. */
export function useWhen() {
  const workspace = useWorkspace();
  const time24 = useValue(useMemo(() => workspace.prefs.get("time24", false), [workspace]));
  return useMemo(() => {
    const habits: when.Habits = { hour12: !time24 };
    const now = () => new Date(workspace.platform.clock.now());
    return {
      habits,
      now,
      time: (at: Date) => when.timeOf(at, habits),
      day: (at: Date) => when.dayOf(at, now(), habits),
      brief: (at: Date) => when.briefly(at, now(), habits),
      moment: (at: Date) => when.moment(at, now(), habits),
      momentInside: (at: Date) => when.momentInside(at, now(), habits),
      date: (at: Date) => when.dateOnly(at, habits),
    };
  }, [workspace, time24]);
}
