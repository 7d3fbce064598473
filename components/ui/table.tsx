import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";

/** The width of the table's own place below which its rows become cards: 480, 640, 768 px, or never. */
export type CardAt = "sm" | "md" | "lg" | "never";

const cardClasses: Record<CardAt, string> = {
  sm: "@max-[30rem]:table-cards",
  md: "@max-[40rem]:table-cards",
  lg: "@max-[48rem]:table-cards",
  never: "",
};

export type TableProps = {
  /** The name of the table for a screen reader: "Cycles". */
  label: string;
  cardAt?: CardAt;
  className?: string;
  children: ReactNode;
};

/**
 * A dense table whose head sticks below the top bar. In a narrow place every row becomes a card, whose lines are
 * named by the `label` of each `Td`. The roles are written out because a table drawn as blocks loses them.
 */
export function Table({ label, cardAt = "md", className, children }: TableProps) {
  return (
    <div className={cx("@container min-w-0", className)}>
      {/* biome-ignore lint/a11y/noRedundantRoles: drawn as cards, the element alone is no table any more */}
      <table role="table" aria-label={label} className={cx("table-dense", cardClasses[cardAt])}>
        {children}
      </table>
    </div>
  );
}

/** The head of a table: `Th` elements. */
export function TableHead({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: see Table
    <thead role="rowgroup">
      {/* biome-ignore lint/a11y/noRedundantRoles: see Table */}
      <tr role="row">{children}</tr>
    </thead>
  );
}

/** The rows of a table. */
export function TableBody({ children }: { children: ReactNode }) {
  // biome-ignore lint/a11y/noRedundantRoles: see Table
  return <tbody role="rowgroup">{children}</tbody>;
}

/** One row. A link with the class `row-link` in it makes all of the row a target. */
export function Tr({ className, ...props }: ComponentProps<"tr">) {
  // biome-ignore lint/a11y/noRedundantRoles: see Table
  return <tr role="row" {...props} className={className} />;
}

export type CellAlign = "start" | "end";

/** The head of a column. `hidden` keeps its name for screen readers only, e.g. "Actions". */
export function Th({
  align,
  hidden,
  width,
  children,
}: {
  align?: CellAlign;
  hidden?: boolean;
  width?: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: see Table
    <th role="columnheader" scope="col" data-align={align} style={{ width }}>
      {hidden ? <span className="sr-only">{children}</span> : children}
    </th>
  );
}

export type TdProps = Omit<ComponentProps<"td">, "align"> & {
  /** The column's name, shown before the value when the row is a card. */
  label?: string;
  align?: CellAlign;
  /** The card's title line: in bold, above the others, without its label. */
  main?: boolean;
  /** Left out when the row is a card. */
  wideOnly?: boolean;
  /** Goes to the upper right corner when the row is a card: a menu of actions. */
  corner?: boolean;
};

/** One value. Too long a text is cut with an ellipsis. */
export function Td({ label, align, main, wideOnly, corner, className, children, ...props }: TdProps) {
  return (
    <td
      {...props}
      // biome-ignore lint/a11y/noRedundantRoles: see Table
      role="cell"
      data-align={align}
      data-main={main}
      data-wide-only={wideOnly}
      data-corner={corner}
      className={className}
    >
      {label && (
        <span aria-hidden className="card-label">
          {label}
        </span>
      )}
      <div className="cell">{children}</div>
    </td>
  );
}
