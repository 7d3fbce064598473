import { attachment } from "./attachment";

/** Times and ids are written as text. */
export type CsvCell = string | number | null;

/** A spreadsheet would run a cell that begins like this. */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

function toCell(value: CsvCell): string {
  if (typeof value !== "string") return value === null ? "" : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line of RFC 4180 CSV. Text that a spreadsheet would take for a formula gets an apostrophe before it. */
export const toCsvLine = (cells: readonly CsvCell[]): string => `${cells.map(toCell).join(",")}\r\n`;

/** Streams rows as a CSV file: the next page is only read when the client has taken the one before. */
export function csvResponse(fileName: string, header: readonly string[], pages: AsyncIterator<CsvCell[][]>): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(toCsvLine(header))),
    async pull(controller) {
      const { done, value } = await pages.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value.map(toCsvLine).join("")));
    },
    cancel: async () => void (await pages.return?.()),
  });
  return new Response(body, { headers: { "content-type": "text/csv; charset=utf-8", ...attachment(fileName) } });
}
