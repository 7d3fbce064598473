import { availableParallelism, cpus, totalmem } from "node:os";

/** The machine in a few words: "2 cores (AMD EPYC), 24 GB, linux x64, Node 22.4.0". */
export function machine() {
  const model = cpus()[0]?.model.trim();
  const cores = `${availableParallelism()} cores${model ? ` (${model})` : ""}`;
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GB`;
  return `${cores}, ${memory}, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

/**
 * Lays rows out as a table in Markdown: the first column to the left, numbers to the right.
 *
 * @param {string[]} names of the columns
 * @param {(string | number)[][]} rows
 */
export function table(names, rows) {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell)));
  const widths = names.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(names), rule, ...cells.map(line)].join("\n");
}
