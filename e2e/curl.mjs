import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { parseArgs } from "node:util";

/** As much of curl as the pages of the documentation use, for machines that have none. An option that it lacks ends it with code 2. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: "boolean", short: "s" },
    "show-error": { type: "boolean", short: "S" },
    include: { type: "boolean", short: "i" },
    request: { type: "string", short: "X" },
    header: { type: "string", short: "H", multiple: true, default: [] },
    data: { type: "string", short: "d" },
    output: { type: "string", short: "o" },
    "dump-header": { type: "string", short: "D" },
    "write-out": { type: "string", short: "w", default: "" },
  },
});

const [url] = positionals;
const { data } = values;
const body = data?.startsWith("@") ? readFileSync(data.slice(1), "utf8").replaceAll(/[\r\n]/g, "") : data;
const given = values.header.map((line) => /^([^:]+): ?(.*)$/s.exec(line)?.slice(1) ?? [line, ""]);
const ofBody =
  body === undefined
    ? {}
    : { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": Buffer.byteLength(body) };
const headers = new Map();
for (const [name, value] of [...Object.entries({ Accept: "*/*", "User-Agent": "curl", ...ofBody }), ...given])
  headers.set(name.toLowerCase(), [name, value]);

const write = (/** @type {string} */ target, /** @type {string} */ text) =>
  target === "-" ? process.stdout.write(text) : writeFileSync(target, text);

const sent = request(url, { method: values.request ?? (body === undefined ? "GET" : "POST") });
for (const [name, value] of headers.values()) sent.setHeader(name, value);
sent.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 7;
});
sent.on("response", async (answer) => {
  const { httpVersion, statusCode, statusMessage, rawHeaders } = answer;
  const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
  const head = [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`, ...lines, "", ""].join("\r\n");
  const text = Buffer.concat(await answer.toArray()).toString();
  if (values["dump-header"]) write(values["dump-header"], head);
  write(values.output ?? "-", `${values.include ? head : ""}${text}`);
  process.stdout.write(values["write-out"].replaceAll("\\n", "\n").replaceAll("%{http_code}", String(statusCode)));
});
sent.end(body);
