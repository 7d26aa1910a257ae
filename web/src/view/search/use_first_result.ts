import { type RefObject, useEffect, useRef } from "react";
import type { Search } from "../../state/search";
import { useValue } from "../hooks/use_value";

/**
 * Gives the focus to the first of what was found, once for each query: who searches
 * by the keyboard goes on by it. A field of the page that has the focus keeps it.
 */
export function useFirstResult(page: RefObject<HTMLElement | null>, search: Search, query: string): void {
  const items = useValue(search.messages.items);
  const done = useRef("");
  useEffect(() => {
    // What stands here may still be of the query before.
    if (done.current === query || items.length === 0 || search.messages.items.peek() !== items) return;
    done.current = query;
    if (!page.current?.contains(document.activeElement)) {
      page.current?.querySelector<HTMLElement>("[data-row]")?.focus({ preventScroll: true });
    }
  }, [page, search, query, items]);
}
