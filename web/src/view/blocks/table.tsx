// A table: as wide as it needs to be, scrolling within the message.

import { cx } from "../ui";
import styles from "./blocks.module.css";
import type { KitCell, KitColumn } from "./kit";
import { RichText } from "./rich_text";

export interface TableProps {
  readonly rows: readonly (readonly KitCell[])[];
  readonly columns: readonly KitColumn[];
}

export function Table({ rows, columns }: TableProps) {
  const [head, ...body] = rows;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
    <div className={styles.tableFrame} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>{head && <Cells cells={head} columns={columns} head />}</tr>
        </thead>
        <tbody>
          {body.map((row, i) => (
            <tr key={i}>
              <Cells cells={row} columns={columns} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cells({
  cells,
  columns,
  head,
}: {
  readonly cells: readonly KitCell[];
  readonly columns: readonly KitColumn[];
  readonly head?: boolean;
}) {
  return columns.map((column, i) => {
    const className = cx(styles.cell, styles[column.align], column.wrap && styles.wrap);
    const nodes = cells[i]?.nodes ?? [];
    return head ? (
      <th key={i} scope="col" className={className}>
        <RichText nodes={nodes} />
      </th>
    ) : (
      <td key={i} className={className}>
        <RichText nodes={nodes} />
      </td>
    );
  });
}
