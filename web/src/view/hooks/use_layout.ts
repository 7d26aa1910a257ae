import { createContext, useContext, useSyncExternalStore } from "react";

export type Layout = "phone" | "tablet" | "desktop";

/** Below 640 pixels one pane at a time, below 900 the side pane takes the main one's place. */
const phone = "(width < 640px)";
const tablet = "(width < 900px)";

function subscribe(changed: () => void): () => void {
  const queries = [phone, tablet].map((q) => window.matchMedia(q));
  for (const q of queries) q.addEventListener("change", changed);
  return () => {
    for (const q of queries) q.removeEventListener("change", changed);
  };
}

function current(): Layout {
  if (window.matchMedia(phone).matches) return "phone";
  return window.matchMedia(tablet).matches ? "tablet" : "desktop";
}

/** A layout that tests or parts of a page ask for, whatever the window's size. */
export const LayoutContext = createContext<Layout | null>(null);

export function useLayout(): Layout {
  const given = useContext(LayoutContext);
  const own = useSyncExternalStore(subscribe, current);
  return given ?? own;
}
