import { CsvError, parse } from "csv-parse/sync";
import type { Json } from "../json";
import { BodyError } from "./body-error";
import { KeyCount, MAX_KEYS, refusePrototypeKey, tooManyKeys } from "./limits";

/** Turns CSV or TSV into a list of objects named by the header row; values are strings, short rows have fewer fields. Throws a BodyError with the line. */
export function parseCsv(text: string, delimiter: "," | "\t"): Json {
  refuseManyCells(text, delimiter);
  const keys = new KeyCount();
  const rows: { [key: string]: Json }[] = [];
  try {
    parse(text, {
      delimiter,
      columns: (header: string[]) => {
        keys.add(header.length);
        for (const name of header) refusePrototypeKey(name);
        return header;
      },
      relax_quotes: true,
      relax_column_count_less: true,
      skip_empty_lines: true,
      on_record: (row: { [key: string]: Json }) => {
        keys.add(1 + Object.keys(row).length);
        rows.push(row);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw new BodyError(describeCsvError(error));
    throw error;
  }
  return rows;
}

/** Counts before anything is parsed: a row of a million empty cells would take the parser seconds. */
function refuseManyCells(text: string, delimiter: string): void {
  let cells = 0;
  let isQuoted = false;
  for (const { 0: mark } of text.matchAll(delimiter === "," ? /[",\n]/g : /["\t\n]/g)) {
    if (mark === '"') isQuoted = !isQuoted;
    else if (!isQuoted && ++cells > MAX_KEYS) throw tooManyKeys();
  }
}

function describeCsvError(error: CsvError): string {
  const lines = (error as CsvError & { lines?: number }).lines;
  const where = lines === undefined ? "CSV is not valid" : `CSV is not valid at line ${lines}`;
  switch (error.code) {
    case "CSV_RECORD_INCONSISTENT_COLUMNS":
      return `${where}: it has more values than the header has names`;
    case "CSV_QUOTE_NOT_CLOSED":
      return `${where}: a quote is not closed`;
    default:
      return where;
  }
}
