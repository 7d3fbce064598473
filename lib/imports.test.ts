import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, it } from "vitest";

/**
 * Who may import what: a file is held to the first row that its path matches. Imports are compared as `@/` paths, also
 * those written with dots.
 */
const rules: [files: RegExp, mayImport: RegExp][] = [
  [
    /^lib\/core\//,
    /^(@\/lib\/core\/|zod$|(saxes|lossless-json|csv-parse\/sync|@dagrejs\/dagre|ipaddr\.js)$|node:(buffer|util|zlib|stream)$)/,
  ],
  [
    /^lib\/steps\/([^/]+\/run|runners)\.ts$/,
    /^(@\/lib\/(core|steps|http)\/(?!.*setups?$)|@\/lib\/script\/(job|globals)$|zod$|node:)/,
  ],
  [
    /^lib\/steps\/(.*\.tsx|setups\.ts)$/,
    /^(?!@\/lib\/(db|queue|services|http|webhooks)\b|@\/lib\/script\/(?!(globals|job)$)|.*\/run(ners)?$)/,
  ],
  [
    /^lib\/steps\/[^/]+\/(?!definition)/,
    /^(@\/lib\/(core|contracts|steps)\/(?!.*(\/run|runners|\/setups?)$)|@\/lib\/script\/(job|globals)$|zod$|node:)/,
  ],
  [
    /^lib\/steps\//,
    /^(@\/lib\/(core|contracts|steps)\/(?!.*(\/run|runners|\/setups?)$)|@\/lib\/script\/(globals|job)$|zod$)/,
  ],
  [
    /^lib\/contracts\//,
    /^(@\/lib\/(core|steps|contracts)\/(?!.*(\/run|runners|\/setups?)$)|@\/lib\/script\/(globals|job)$|zod$)/,
  ],
  [/^lib\/queue\//, /^(@\/lib\/(core|contracts|queue|db)\/|@\/lib\/log$|pg$|node:)/],
  // What the process sets for its scripts, and where it tells of them.
  [/^lib\/script\/scripts\.ts$/, /^(@\/lib\/(core|script)\/|@\/lib\/(env|log)$|node:)/],
  [
    /^lib\/script\//,
    /^(@\/lib\/(core|script)\/|node:|(quickjs-emscripten-core|@jitl\/quickjs-ng-wasmfile-release-sync)$)/,
  ],
  [/^lib\/auth\.ts$/, /^(?!@\/(app|components|worker|lib\/client)\/|@\/lib\/steps\/(runners|setups)$)/],
  // Trying a script makes its step's request as the worker does.
  [
    /^lib\/services\/scripts\//,
    /^(?!@\/(app|components|worker|lib\/client)\/|react|next(?!-auth)|@\/lib\/steps\/setups$)/,
  ],
  [
    /^lib\/(services|webhooks|http|db|env|log)\b/,
    /^(?!@\/(app|components|worker|lib\/client)\/|react|next(?!-auth)|@\/lib\/steps\/(runners|setups)$)/,
  ],
  [/^components\/ui\//, /^(?!@\/(?!components\/ui\/|lib\/core\/(format|redacted)$))/],
  [
    /^lib\/client\//,
    /^(?!@\/lib\/(db|queue|services|http|webhooks|env|log)\b|@\/lib\/script\/(?!(globals|job)$)|@\/(worker|components|app)\/|@\/lib\/steps\/(runners|setups)$)/,
  ],
  [
    /^components\/builder\//,
    /^(?!@\/lib\/(db|queue|services|http|webhooks|env|log)\b|@\/lib\/script\/(?!(globals|job)$)|@\/(worker|app)\/|@\/lib\/steps\/(.*\/run|runners)$)/,
  ],
  [
    /^components\//,
    /^(?!@\/lib\/(db|queue|services|http|webhooks|env|log)\b|@\/lib\/script\/(?!(globals|job)$)|@\/(worker|app)\/|@\/lib\/steps\/(.*\/(run|setup)|runners|setups)$)/,
  ],
  [
    /^app\/.*\/route\.ts$/,
    /^(?!@\/lib\/(db|queue|client)\b|@\/(worker|components)\/|@\/lib\/steps\/(runners|setups)$)/,
  ],
  [/^app\//, /^(?!@\/lib\/(db|queue)\b|@\/worker\/|@\/lib\/steps\/(runners|setups)$)/],
  [/^(worker\/|server\.ts$|prisma\/)/, /^(?!@\/(app|components|lib\/client)\/|react|next\/|@\/lib\/steps\/setups$)/],
];

/** Where SQL is written; everything else but what tests are made of goes through Prisma. */
const sqlFiles = /^lib\/(queue|db)\/|\/testing-[\w-]+\.ts$/;
const sql = /\$(queryRaw|executeRaw)|\.query(<[^>]*>)?\(\s*["'`]/;

const files = ["app", "components", "lib", "prisma", "worker"]
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`))
  .concat("server.ts")
  .filter((path) => /(?<!\.test|\/testing)\.tsx?$/.test(path) && existsSync(path))
  .filter((path) => !/^lib\/db\/(generated\/|test-cluster)/.test(path));

/** The modules that a file names, relative ones as `@/` paths. */
function importsOf(path: string): string[] {
  const names = [...readFileSync(path, "utf8").matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"/g)].map(
    ([, name]) => name!,
  );
  return names.map((name) => (name.startsWith(".") ? `@/${posix.join(posix.dirname(path), name)}` : name));
}

it.each(files)("%s imports only what it may", (path) => {
  const allowed = rules.find(([matching]) => matching.test(path))?.[1] ?? /./;
  expect(importsOf(path).filter((name) => !allowed.test(name))).toEqual([]);
});

it("finds SQL in lib/queue and lib/db only", () => {
  const withSql = files.filter((path) => sql.test(readFileSync(path, "utf8")));
  expect(withSql.filter((path) => !sqlFiles.test(path))).toEqual([]);
});
