// @vitest-environment happy-dom
import { act, useRef } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Match, Search } from "../../state/search";
import { useValue } from "../hooks/use_value";
import { useFirstResult } from "./use_first_result";

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

let root: Root;
let search: Search;

function Page({ query }: { readonly query: string }) {
  const page = useRef<HTMLElement>(null);
  const items = useValue(search.messages.items);
  useFirstResult(page, search, query);
  return (
    <section ref={page}>
      <input aria-label="Search" />
      {items.map((item) => (
        <a key={item.iid} href={`#${item.iid}`} data-row>
          {item.iid}
        </a>
      ))}
    </section>
  );
}

const found = (...ids: string[]) => act(() => search.messages.set(ids.map((iid) => ({ iid }) as Match)));
const show = (query: string) => act(() => root.render(<Page query={query} />));
const focused = () => document.activeElement?.textContent ?? "";

beforeEach(() => {
  search = new Search({ call: () => Promise.reject(new Error("nobody is asked")) });
  document.body.innerHTML = "<a id=before href='#x'>before</a><main></main>";
  root = createRoot(document.querySelector("main") as HTMLElement);
  document.getElementById("before")?.focus();
});

afterEach(() => act(() => root.unmount()));

it("the focus goes to the first of what was found, once for each query", () => {
  show("tea");
  expect(focused()).toBe("before");
  found("one", "two");
  expect(focused()).toBe("one");
  document.getElementById("before")?.focus();
  found("one", "two", "three");
  expect(focused()).toBe("before");
});

it("a field of the page keeps the focus", () => {
  show("tea");
  const field = document.querySelector("input");
  field?.focus();
  found("one");
  expect(document.activeElement).toBe(field);
});
