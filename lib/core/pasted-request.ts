import { splitShellWords } from "./shell-words";

/** A request as it was pasted. */
export type PastedRequest = {
  method: string;
  /** What follows the question mark of its URL. */
  query: string;
  headers: [name: string, value: string][];
  body: string;
};

export type Pasted = { request: PastedRequest } | { problem: string };

/**
 * Reads a request out of text: a curl command, or headers and, after a blank line, the body, with or without the request
 * line in front. Gives a sentence about what is wrong when it can't be read.
 */
export function parsePastedRequest(text: string): Pasted {
  const start = text.trimStart();
  return /^curl\s/.test(start) ? readCurl(start) : readHttp(start);
}

const REQUEST_LINE = /^([A-Z]+) +(\S+)(?: +HTTP\/\d(?:\.\d)?)?$/;
const HEADER = /^([\w!#$%&'*+.^`|~-]+)\s*:[ \t]*(.*?)[ \t]*$/;

const queryOf = (url: string) => /\?([^#]*)/.exec(url)?.[1] ?? "";

function readHttp(text: string): Pasted {
  const blank = /\r?\n[ \t]*\r?\n/.exec(text);
  const head = blank ? text.slice(0, blank.index) : text.replace(/\s+$/, "");
  const body = blank ? text.slice(blank.index + blank[0].length) : "";
  const lines = head === "" ? [] : head.split(/\r?\n/);
  const first = REQUEST_LINE.exec(lines[0] ?? "");
  const headers: PastedRequest["headers"] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 && first) continue;
    const header = HEADER.exec(line);
    if (!header)
      return {
        problem: `Line ${index + 1} is no header. Write headers like Name: value, then a blank line, then the body.`,
      };
    headers.push([header[1]!, header[2]!]);
  }
  return { request: { method: first?.[1] ?? "POST", query: queryOf(first?.[2] ?? ""), headers, body } };
}

/** Options of curl with a value that says nothing about the request. */
const IGNORED = new Set([
  "-o",
  "--output",
  "-m",
  "--max-time",
  "--connect-timeout",
  "-x",
  "--proxy",
  "-w",
  "--write-out",
  "--retry",
  "--resolve",
  "--cacert",
]);
const DATA = new Set(["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"]);

type Curl = {
  method: string | undefined;
  url: string;
  headers: PastedRequest["headers"];
  data: string[];
  isJson: boolean;
};

function readCurl(text: string): Pasted {
  const words = splitShellWords(text);
  if (!words) return { problem: "A quote in the command is not closed." };
  const curl: Curl = { method: undefined, url: "", headers: [], data: [], isJson: false };
  for (let at = 1; at < words.length; at++) {
    const [option, inline] = splitOption(words[at]!);
    if (!option.startsWith("-")) {
      curl.url = option;
      continue;
    }
    if (!takesValue(option)) continue;
    const value = inline ?? words[++at];
    if (value === undefined) return { problem: `${option} has no value.` };
    const problem = take(curl, option, value);
    if (problem !== undefined) return { problem };
  }
  return { request: requestOf(curl) };
}

/** `-XPOST` and `--request=POST` hold their value themselves. */
function splitOption(word: string): [option: string, value: string | undefined] {
  if (word.startsWith("--")) {
    const equals = word.indexOf("=");
    return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
  }
  return /^-[XHdu]./.test(word) ? [word.slice(0, 2), word.slice(2)] : [word, undefined];
}

const takesValue = (option: string) =>
  IGNORED.has(option) ||
  DATA.has(option) ||
  ["-X", "--request", "-H", "--header", "-A", "--user-agent", "-u", "--user", "--url"].includes(option);

/** Takes an option into the request; gives what is wrong with it. */
function take(curl: Curl, option: string, value: string): string | undefined {
  if (DATA.has(option)) {
    if (value.startsWith("@") && option !== "--data-raw")
      return "The command reads its body from a file. Paste the headers, a blank line and the body instead.";
    curl.data.push(value);
    curl.isJson ||= option === "--json";
  } else if (option === "-X" || option === "--request") curl.method = value;
  else if (option === "-A" || option === "--user-agent") curl.headers.push(["User-Agent", value]);
  else if (option === "-u" || option === "--user") curl.headers.push(["Authorization", basicOf(value)]);
  else if (option === "--url") curl.url = value;
  else if (option === "-H" || option === "--header") {
    const header = HEADER.exec(value);
    if (!header) return `"${value}" is no header.`;
    curl.headers.push([header[1]!, header[2]!]);
  }
  return undefined;
}

function basicOf(userAndPassword: string): string {
  const bytes = new TextEncoder().encode(userAndPassword);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function requestOf({ method, url, headers, data, isJson }: Curl): PastedRequest {
  const hasType = headers.some(([name]) => name.toLowerCase() === "content-type");
  const type = isJson ? "application/json" : "application/x-www-form-urlencoded";
  return {
    method: method ?? (data.length > 0 ? "POST" : "GET"),
    query: queryOf(url),
    headers: data.length > 0 && !hasType ? [...headers, ["Content-Type", type]] : headers,
    body: data.join(isJson ? "" : "&"),
  };
}
