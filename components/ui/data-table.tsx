import Link from "next/link";
import type { ReactNode } from "react";
import { Skeleton } from "./skeleton";
import { type CardAt, type CellAlign, Table, TableBody, TableHead, Td, Th, Tr } from "./table";

export type Column<Row> = {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  align?: CellAlign;
  /** A CSS width: "8rem", "30%". Columns without one share what is left. */
  width?: string;
  /** Names the row: bold, the title of the card, and the link of `rowHref`. One column has it. */
  main?: boolean;
  /** A second line under the cell, outside the row's link: an identifier with a copy button. */
  below?: (row: Row) => ReactNode;
  /** Left out when the row is a card. */
  wideOnly?: boolean;
  /** A column of buttons: its header is for screen readers only, and in a card it goes to the corner. */
  actions?: boolean;
};

export type DataTableProps<Row> = {
  label: string;
  columns: readonly Column<Row>[];
  /** `undefined` while loading: grey lines are shown. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Makes the whole row a link. Other controls in the row need the class `relative z-1`. */
  rowHref?: (row: Row) => string;
  /** What stands in place of the table when there are no rows, mostly an `EmptyState`. */
  empty?: ReactNode;
  cardAt?: CardAt;
  /** How many grey lines stand for rows that are loading. */
  loadingRows?: number;
};

/** A table drawn from columns, with its loading and empty states. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  rowHref,
  empty,
  cardAt,
  loadingRows = 6,
}: DataTableProps<Row>) {
  if (rows?.length === 0 && empty) return empty;
  return (
    <>
      {!rows && (
        <span role="status" className="sr-only">
          Loading {label}
        </span>
      )}
      <Table label={label} cardAt={cardAt}>
        <TableHead>
          {columns.map((column) => (
            <Th key={column.key} align={column.align} width={column.width} hidden={column.actions}>
              {column.header}
            </Th>
          ))}
        </TableHead>
        <TableBody>
          {rows
            ? rows.map((row) => <Row key={rowKey(row)} row={row} columns={columns} href={rowHref?.(row)} />)
            : Array.from({ length: loadingRows }, (_, line) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line that stands for nothing has no other identity
                <Tr key={line}>
                  {columns.map((column) => (
                    <Td key={column.key} main={column.main} wideOnly={column.wideOnly}>
                      <Skeleton className="my-1 h-3 w-2/3" />
                    </Td>
                  ))}
                </Tr>
              ))}
        </TableBody>
      </Table>
    </>
  );
}

function Row<Row>({ row, columns, href }: { row: Row; columns: readonly Column<Row>[]; href?: string }) {
  return (
    <Tr data-href={href}>
      {columns.map((column) => (
        <Td
          key={column.key}
          label={column.main || column.actions ? undefined : column.header}
          align={column.align}
          main={column.main}
          wideOnly={column.wideOnly}
          corner={column.actions}
        >
          {column.main && href ? (
            <Link href={href} className="row-link">
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
          {column.below?.(row)}
        </Td>
      ))}
    </Tr>
  );
}
