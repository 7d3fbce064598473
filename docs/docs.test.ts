import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { parseEnv } from "@/lib/env";
import packageJson from "@/package.json";
import { anchors, commands, introduced, type Page, pages, prose, readPage, table } from "./markdown";

const all = pages();
const named = all.map((page) => [page.path, page] as const);
const linksOf = ({ text }: Page) => [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);

function sourceOf(folders: readonly string[], wanted: RegExp): string {
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`))
    .filter((path) => wanted.test(path) && !/\.test\.|generated/.test(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

it("numbers decisions one after another", () => {
  const decisions = all.filter(({ path }) => path.startsWith("docs/decisions/"));
  const numbers = decisions.map(({ path, text }) => [
    Number.parseInt(posix.basename(path), 10),
    /^# (\d+)\./.exec(text)?.[1],
  ]);
  const expected = decisions.map((_, index) => [index + 1, String(index + 1)]);
  expect(numbers.sort(([a], [b]) => Number(a) - Number(b))).toEqual(expected);
});

describe.each(named)("%s", (path, page) => {
  it("links only to pages, places and files that exist", () => {
    const broken = linksOf(page)
      .filter((target) => !/^(https?:|mailto:)/.test(target))
      .filter((target) => {
        const [file = "", anchor] = target.split("#");
        const linked = file === "" ? path : posix.normalize(posix.join(posix.dirname(path), file));
        return !existsSync(linked) || (anchor !== undefined && !anchors(readPage(linked).text).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  it("names only npm scripts that exist", () => {
    const scripts = [...page.text.matchAll(/npm (?:run )?(start|test|(?<=run )[a-z]+)\b/g)].map(
      ([, name = ""]) => name,
    );
    expect(scripts.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
  });

  it("names only files and folders of ours that exist", () => {
    const paths = [...page.text.matchAll(/`((?:app|components|docs|e2e|lib|prisma|scripts|worker)\/[\w./-]*)`/g)];
    const missing = paths.map(([, name = ""]) => name).filter((name) => !existsSync(name) && !existsSync(`${name}.ts`));
    expect(missing).toEqual([]);
  });

  it("introduces the shell variables that its commands use", () => {
    const used = commands(page.text).flatMap(({ command }) =>
      [...command.matchAll(/\$([A-Z_]+)/g)].map(([, name]) => name),
    );
    expect(used.filter((name) => !introduced(page.text).includes(name ?? ""))).toEqual([]);
  });
});

describe("pictures", () => {
  const images = readdirSync("docs/images").map((name) => `docs/images/${name}`);
  const sizeOf = (path: string) => {
    const header = readFileSync(path).subarray(16, 24);
    return { width: header.readUInt32BE(0), height: header.readUInt32BE(4) };
  };

  it("are all shown on a page", () => {
    const shown = new Set(
      all.flatMap((page) => linksOf(page).map((link) => posix.join(posix.dirname(page.path), link))),
    );
    expect(images.filter((path) => !shown.has(path))).toEqual([]);
  });

  it.each(images)("%s is 1280 by 800 and small enough to load at once", (path) => {
    expect(sizeOf(path)).toEqual({ width: 1280, height: 800 });
    expect(readFileSync(path).length).toBeLessThan(200 * 1024);
  });

  it("say in words what they show", () => {
    const silent = all
      .flatMap(({ text }) => [...text.matchAll(/!\[([^\]]*)\]/g)])
      .filter(([, words = ""]) => words.length < 10);
    expect(silent).toEqual([]);
  });
});

describe("words in bold", () => {
  /** Labels that the screen puts together, with how the source says it. */
  const composed = new Map([
    ["Add a Webhook", "Add a {trigger.label}"],
    ["Add field", "Add {noun}"],
  ]);
  const source = sourceOf(["components", "lib/steps", "lib/core", "lib/client"], /\.tsx?$/)
    .replaceAll(/>\s+/g, ">")
    .replaceAll(/\s+</g, "<")
    .replaceAll(/\s+/g, " ");
  const guide = named.filter(([path]) => path === "README.md" || path.startsWith("docs/guide/"));

  it.each(guide)("of %s are words on the screen", (_, page) => {
    const bold = [...prose(page.text).matchAll(/\*\*([^*]+)\*\*/g)].map(([, words = ""]) => words);
    const labels = bold.filter((words) => !words.endsWith("."));
    const unknown = labels.filter((label) => {
      const known = composed.get(label) ?? label.replace(/ v\d+$/, " v{");
      return !["'", '"', "`", ">"].some((mark) => source.includes(mark + known));
    });
    expect(unknown).toEqual([]);
  });
});

describe("docs/operations.md", () => {
  const { text } = readPage("docs/operations.md");
  const rows = table(text, "| variable");
  const documented = rows.flatMap(([names = ""]) => [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = ""]) => name));

  it("lists every variable that the processes read, and no other", () => {
    const read = [...readFileSync("lib/env.ts", "utf8").matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name = ""]) => name);
    expect(documented.sort()).toEqual(read.sort());
  });

  it("gives the defaults that hold", () => {
    const settings = parseEnv({
      DATABASE_URL: "postgresql://localhost/spoke",
      NEXTAUTH_SECRET: "x".repeat(16),
      ENCRYPTION_KEY: `${"A".repeat(43)}=`,
    });
    const plain = Object.entries(settings).filter(([, value]) => typeof value === "number");
    const given = rows.flatMap(([names = "", value = ""]) =>
      [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = ""]) => [name, Number.parseInt(value, 10)] as const),
    );
    expect(Object.fromEntries(given.filter(([, value]) => !Number.isNaN(value)))).toEqual(Object.fromEntries(plain));
  });

  it("tells of every variable of the start, and of no other", () => {
    const names = (source: string) => [...new Set(source.match(/\bSPOKE_[A-Z_]+/g))].sort();
    const read = names(sourceOf(["scripts/setup"], /\.mjs$/));
    expect(names(text)).toEqual(read);
  });
});
