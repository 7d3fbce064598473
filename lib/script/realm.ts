import type { HostOperation } from "./host";

export type RealmControls = {
  /** Gives the script its data. */
  begin(names: string): void;
  /** Calls the script's function; what it returns, or promises, is kept for `collect`. */
  call(run: () => unknown): void;
  /** "pending", "done" or "failed": then `failure()` says with what. */
  state(): string;
  failure(): unknown;
  /** The returned value as JSON text or nothing; without `onlyReturned` then a line per name: its JSON text, or "=" when it was never touched. */
  collect(onlyReturned?: boolean): string;
  /** Name, message and stack of what was thrown, a JSON string per line. */
  describe(error: unknown): string;
};

/**
 * Sets up a realm before any script runs in it. This function is never called on our side: its text is, inside of the sandbox, so
 * it uses nothing from outside. What it needs later it keeps in constants now, because the script may replace every global.
 */
export function setUpRealm(host: (operation: HostOperation, args: string) => string): RealmControls {
  const realm = globalThis as unknown as Record<string, unknown>;
  const { parse, stringify } = JSON;
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  const toText = String;
  const TextError = Error;
  const KindError = TypeError;
  const DateClass = Date;
  const { isInteger } = Number;
  const fromCall = Function.prototype.call;
  const then = fromCall.bind(Promise.prototype.then) as (promise: unknown, done: unknown, failed: unknown) => unknown;
  const slice = fromCall.bind(String.prototype.slice) as (text: string, from: number, to: number) => string;
  const toIso = fromCall.bind(Date.prototype.toISOString) as (date: Date) => string;
  const resolve = Promise.resolve.bind(Promise) as (value: unknown) => unknown;

  const names: string[] = [];
  const getters: unknown[] = [];
  const touched: boolean[] = [];
  /** Four numbers of 32 bits, asked for when the first random number is drawn. */
  const random = [0, 0, 0, 0] as [number, number, number, number];
  let isSeeded = false;
  let returned: unknown;
  let failure: unknown;
  let state = "done";
  let consoleIsFull = false;

  const define = (target: object, name: string, value: unknown) =>
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });

  for (const name of ["performance", "SharedArrayBuffer", "WeakRef", "FinalizationRegistry"]) delete realm[name];

  /** The generator sfc32: 32 bits. */
  function draw(): number {
    if (!isSeeded) {
      const numbers = parse(host("seed", "")) as number[];
      for (let index = 0; index < 4; index++) random[index] = numbers[index] as number;
      isSeeded = true;
    }
    const sum = (((random[0] + random[1]) | 0) + random[3]) | 0;
    random[3] = (random[3] + 1) | 0;
    random[0] = random[1] ^ (random[1] >>> 9);
    random[1] = (random[2] + (random[2] << 3)) | 0;
    random[2] = (((random[2] << 21) | (random[2] >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  define(Math, "random", () => ((draw() >>> 5) * 67108864 + (draw() >>> 6)) / 9007199254740992);

  function show(value: unknown): string {
    if (typeof value === "string") return slice(value, 0, 4000);
    if (typeof value === "bigint") return `${toText(value)}n`;
    if (typeof value === "function") return "[function]";
    if (typeof value !== "object" || value === null) return toText(value);
    try {
      if (value instanceof TextError) return slice(`${toText(value.name)}: ${toText(value.message)}`, 0, 4000);
      return slice(stringify(value) ?? "undefined", 0, 4000);
    } catch {
      return "[object]";
    }
  }

  function logger(level: string) {
    return (...values: unknown[]) => {
      if (consoleIsFull) return;
      let text = "";
      for (let index = 0; index < values.length; index++) text += (index > 0 ? " " : "") + show(values[index]);
      consoleIsFull = host("print", `[${stringify(level)},${stringify(text)}]`) === "full";
    };
  }

  const isMissing = (value: unknown) => value === undefined || value === null;

  function textOf(value: unknown, what: string): string {
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return toText(value);
    throw new KindError(`${what} must be text`);
  }

  /** The JSON text of a date: a Date as ISO text, text and numbers as they are. */
  function dateOf(value: unknown): string {
    if (value instanceof DateClass) return stringify(toIso(value));
    if (typeof value === "string" || typeof value === "number") return stringify(value);
    throw new KindError("A date must be text, a number or a Date");
  }

  /** Asks the host; the arguments are JSON texts. */
  function ask(operation: HostOperation, ...args: string[]): unknown {
    let text = "";
    for (let index = 0; index < args.length; index++) text += (index > 0 ? "," : "") + args[index];
    const answer = host(operation, `[${text}]`);
    if (answer[0] === "!") throw new TextError(parse(slice(answer, 1, answer.length)));
    return parse(answer);
  }

  const quote = (value: unknown, what: string) => stringify(textOf(value, what));
  const option = (value: unknown, otherwise: string, what: string) => quote(isMissing(value) ? otherwise : value, what);

  function amountOf(value: unknown): string {
    if (typeof value !== "number" || !isInteger(value)) throw new KindError("The amount must be a whole number");
    return toText(value);
  }

  function jsonOf(value: unknown, what: string): string {
    const text = stringify(value);
    if (text === undefined) throw new KindError(`${what} can't be written as JSON`);
    return text;
  }

  const helpers: Record<string, unknown> = {
    log: logger("log"),
    base64_encode: (text: unknown) => ask("base64_encode", quote(text, "The text")),
    base64_decode: (text: unknown) => ask("base64_decode", quote(text, "The base64")),
    base64url_encode: (text: unknown) => ask("base64url_encode", quote(text, "The text")),
    base64url_decode: (text: unknown) => ask("base64url_decode", quote(text, "The base64url")),
    hex_encode: (text: unknown) => ask("hex_encode", quote(text, "The text")),
    hex_decode: (text: unknown) => ask("hex_decode", quote(text, "The hex")),
    hash: (text: unknown, algorithm?: unknown, output?: unknown) =>
      ask(
        "hash",
        quote(text, "The text"),
        option(algorithm, "sha256", "The algorithm"),
        option(output, "hex", "The output"),
      ),
    hmac: (text: unknown, secret: unknown, algorithm?: unknown, output?: unknown, secretForm?: unknown) =>
      ask(
        "hmac",
        quote(text, "The text"),
        quote(secret, "The secret"),
        option(algorithm, "sha256", "The algorithm"),
        option(output, "hex", "The output"),
        option(secretForm, "text", "The form of the secret"),
      ),
    uuid: () => ask("uuid"),
    csv_parse: (text: unknown, delimiter?: unknown) =>
      ask("csv_parse", quote(text, "The CSV"), option(delimiter, ",", "The delimiter")),
    csv_format: (rows: unknown, delimiter?: unknown) =>
      ask("csv_format", jsonOf(rows, "The rows"), option(delimiter, ",", "The delimiter")),
    xml_parse: (text: unknown) => ask("xml_parse", quote(text, "The XML")),
    xml_format: (value: unknown) => ask("xml_format", jsonOf(value, "The value")),
    date_parse: (date: unknown) => ask("date_parse", dateOf(date)),
    date_add: (date: unknown, amount: unknown, unit: unknown) =>
      ask("date_add", dateOf(date), amountOf(amount), quote(unit, "The unit")),
    date_diff: (from: unknown, to: unknown, unit: unknown) =>
      ask("date_diff", dateOf(from), dateOf(to), quote(unit, "The unit")),
    date_format: (date: unknown, pattern: unknown, zone?: unknown) =>
      ask("date_format", dateOf(date), quote(pattern, "The pattern"), option(zone, "UTC", "The time zone")),
  };
  for (const name of Object.keys(helpers)) define(realm, name, helpers[name]);
  const console: Record<string, unknown> = {};
  for (const level of ["log", "debug", "info", "warn", "error"]) console[level] = logger(level);
  define(realm, "console", console);

  function addGlobal(name: string) {
    const index = names.length;
    let value: unknown;
    const read = () => {
      if (!touched[index]) {
        touched[index] = true;
        value = parse(host("read", name));
      }
      return value;
    };
    const write = (next: unknown) => {
      touched[index] = true;
      value = next;
    };
    names[index] = name;
    getters[index] = read;
    touched[index] = false;
    defineProperty(realm, name, { get: read, set: write, configurable: true, enumerable: true });
  }

  function lineOf(name: string, value: unknown): string {
    try {
      return stringify(value) ?? "null";
    } catch (error) {
      if (error instanceof KindError) throw new KindError(`${name} can't be written as JSON: ${error.message}`);
      throw error;
    }
  }

  return {
    begin(list) {
      for (const name of parse(list) as string[]) addGlobal(name);
    },
    call(run) {
      const value = run();
      const isThenable =
        typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
      if (!isThenable) {
        returned = value;
        return;
      }
      state = "pending";
      then(
        resolve(value),
        (result: unknown) => {
          returned = result;
          state = "done";
        },
        (error: unknown) => {
          failure = error;
          state = "failed";
        },
      );
    },
    state: () => state,
    failure: () => failure,
    collect(onlyReturned) {
      let text = returned === undefined || typeof returned === "function" ? "" : lineOf("What was returned", returned);
      if (onlyReturned) return text;
      for (let index = 0; index < names.length; index++) {
        const name = names[index] as string;
        const property = getOwnPropertyDescriptor(realm, name);
        const isUntouched = property !== undefined && property.get === getters[index] && !touched[index];
        text += `\n${isUntouched ? "=" : lineOf(name, realm[name])}`;
      }
      return text;
    },
    describe(error) {
      if (!(error instanceof TextError)) return `""\n${stringify(`${show(error)} was thrown`)}\n""`;
      const name = slice(toText(error.name), 0, 100);
      const message = slice(toText(error.message), 0, 2000);
      return `${stringify(name)}\n${stringify(message)}\n${stringify(slice(toText(error.stack), 0, 4000))}`;
    },
  };
}
