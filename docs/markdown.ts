import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A page of the documentation; `path` is from the root of the repository. */
export type Page = { path: string; text: string };

/** Every page: the README, and all Markdown below docs/. */
export function pages(): Page[] {
  const below = readdirSync(`${root}docs`, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".md"),
  );
  const paths = ["README.md", ...below.map((path) => `docs/${path.replaceAll("\\", "/")}`).sort()];
  return paths.map(readPage);
}

/** One page by its path from the root. */
export const readPage = (path: string): Page => ({ path, text: readFileSync(root + path, "utf8") });

export type Fence = { language: string; code: string };

/** The fenced blocks of a text in their order, without the indentation that lists give them. */
export function fences(text: string): Fence[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(([, indent = "", language = "", code = ""]) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), "").trimEnd(),
  }));
}

/** A text without its fenced blocks and without code in a line. */
export const prose = (text: string): string =>
  text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "").replaceAll(/`[^`\n]*`/g, "");

/** A command that a page shows, and the answer that it prints below. Placeholders of the answer are written "…". */
export type Command = { command: string; answer: Fence | undefined };

/** The blocks of a page that can be run: `sh` blocks that begin with curl. */
export function commands(text: string): Command[] {
  const all = fences(text);
  return all.flatMap((fence, index) => {
    if (fence.language !== "sh" || !fence.code.startsWith("curl ")) return [];
    const next = all[index + 1];
    return [{ command: fence.code, answer: next?.language === "sh" ? undefined : next }];
  });
}

/** Shell variables that a page introduces, as `NAME='…'` in a block of their own. */
export const introduced = (text: string): string[] =>
  fences(text).flatMap(({ language, code }) => (language === "sh" ? (/^([A-Z_]+)=/.exec(code)?.slice(1) ?? []) : []));

/** The rows of the first table below a line that begins with `header`, each as its cells. */
export function table(text: string, header: string): string[][] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(header));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  const cells = (row: string) => row.replace(/^\| /, "").replace(/ \|$/, "").split(" | ");
  return start < 0 ? [] : rows.slice(0, end < 0 ? undefined : end).map(cells);
}

/** The part of a page below a heading, up to the next one of the same or a higher level. */
export function section(text: string, heading: string): string {
  const lines = text.split("\n");
  const start = lines.indexOf(heading);
  const level = heading.indexOf(" ");
  const rest = start < 0 ? [] : lines.slice(start + 1);
  const end = rest.findIndex((line) => new RegExp(`^#{1,${level}} `).test(line));
  return rest.slice(0, end < 0 ? undefined : end).join("\n");
}

/** The anchors of a page's headings, as GitHub makes them. */
export const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
