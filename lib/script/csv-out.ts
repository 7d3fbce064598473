import { isJsonObject, type Json, jsonToText } from "@/lib/core/json";
import { HelperError } from "./helper-error";

/** Most cells, those that are empty included. */
export const MAX_CSV_CELLS = 2 ** 20;

/**
 * Writes a list of objects as CSV (RFC 4180) that bodies/csv.ts reads back: a header row of all fields in the order in which
 * they come up, lines end with CR LF, lists and objects inside are JSON. Throws a HelperError for anything but a list of objects,
 * and for more than a million cells.
 */
export function formatCsv(rows: Json | undefined, delimiter: "," | "\t"): string {
  if (!Array.isArray(rows) || !rows.every(isJsonObject)) throw new HelperError("The rows must be a list of objects");
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0) return "";
  if (rows.length * columns.length > MAX_CSV_CELLS) throw new HelperError(`CSV has ${MAX_CSV_CELLS} cells at most`);
  const cell = (value: Json | undefined) => quoteCell(jsonToText(value), delimiter);
  const lines = rows.map((row) =>
    columns.map((column) => cell(Object.hasOwn(row, column) ? row[column] : undefined)).join(delimiter),
  );
  return [columns.map(cell).join(delimiter), ...lines, ""].join("\r\n");
}

function quoteCell(text: string, delimiter: string): string {
  const isPlain = !/["\r\n]|^\s|\s$/.test(text) && !text.includes(delimiter);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}
