import { type ReactNode, useEffect, useRef } from "react";
import type { Load, Paged } from "../../state/paged";
import { useValue } from "../hooks/use_value";
import { SkeletonRows, Spinner } from "../ui";
import { Failure, FailureLine } from "./failure";
import styles from "./listing.module.css";

export interface PagedListProps<T> {
  readonly list: Paged<T>;
  /** What stands here when there is nothing. */
  readonly empty: ReactNode;
  readonly avatar?: boolean;
  readonly rows?: number;
  readonly children: (items: readonly T[]) => ReactNode;
}

/** A list that comes in pages: what is here, and at its end the next page by itself. */
export function PagedList<T>({ list, empty, avatar, rows, children }: PagedListProps<T>) {
  const items = useValue(list.items);
  const status = useValue(list.status);
  if (items.length === 0) {
    return (
      <NothingYet status={status} retry={() => void list.load()} avatar={avatar} rows={rows}>
        {empty}
      </NothingYet>
    );
  }
  return (
    <>
      {children(items)}
      <PageEnd list={list} />
    </>
  );
}

export interface NothingYetProps {
  readonly status: Load;
  readonly retry: () => void;
  readonly avatar?: boolean;
  readonly rows?: number;
  /** What stands here once it is known that there is nothing. */
  readonly children: ReactNode;
}

/** A list that shows nothing: it is on its way, or did not come, or there is nothing in it. */
export function NothingYet({ status, retry, avatar, rows, children }: NothingYetProps) {
  if (status.state === "failed") return <Failure code={status.code} retry={retry} />;
  if (status.state !== "ready") return <SkeletonRows avatar={avatar} rows={rows} />;
  return children;
}

/** The end of what is here: seeing it brings the next page. */
export function PageEnd<T>({ list }: { readonly list: Paged<T> }) {
  const status = useValue(list.status);
  const hasMore = useValue(list.hasMore);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = end.current;
    if (element === null || !hasMore || status.state !== "ready") return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((e) => e.isIntersecting) && void list.loadMore(),
      {
        rootMargin: "400px",
      },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [list, hasMore, status]);
  if (status.state === "failed")
    return <FailureLine code={status.code} retry={() => void (hasMore ? list.loadMore() : list.load())} />;
  if (!hasMore) return null;
  return (
    <div ref={end} className={styles.end}>
      <Spinner />
    </div>
  );
}
