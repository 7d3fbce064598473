import type { QuickJSHandle } from "quickjs-emscripten-core";
import { Clock } from "./clock";
import { runExpressions } from "./expressions";
import { brokenBy, FILE_NAME, inWords, limitErrors, readFailure } from "./failure";
import { Host } from "./host";
import {
  defaultLimits,
  type ScriptEntry,
  type ScriptError,
  type ScriptForm,
  type ScriptLimits,
  scriptEvents,
} from "./job";
import { locate } from "./locate";
import type { CheckReply, CheckRequest, RunReply, RunRequest } from "./messages";
import { type Prepared, PreparedScripts } from "./prepared";
import type { RealmControls } from "./realm";
import { makeRealm, OUR_FILE, type RealmContext } from "./realm-context";
import { limited } from "./reply-limits";
import { Snapshot } from "./snapshot";
import { formOf, isEvent, type Source, sourceOf } from "./source";

const STACK_BYTES = 256 * 1_024;

/** A run that leaves QuickJS with more memory than this is its last one: the memory of WebAssembly never shrinks. */
const LARGEST_MEMORY = 32 * 2 ** 20;

/** Memory above the script's limit in which its failure is put into words. */
const SPARE_BYTES = 2 ** 20;

const JOBS_AT_ONCE = 100;

/**
 * A QuickJS with one realm, set up once. Before each run its memory is put back to what it was then, so every run has a fresh
 * realm and finds nothing of another.
 */
export class Sandbox {
  readonly #realm: RealmContext;
  readonly #snapshot: Snapshot;
  readonly #clock: Clock;
  readonly #host: Host;
  readonly #prepared = new PreparedScripts();
  #lastAccountId = "";
  #isWornOut = false;

  private constructor(realm: RealmContext, clock: Clock, host: Host) {
    this.#realm = realm;
    this.#snapshot = new Snapshot(realm.instance, 2 * STACK_BYTES);
    this.#clock = clock;
    this.#host = host;
  }

  /** Takes some 20 ms; the first one in a process compiles QuickJS. */
  static async create(): Promise<Sandbox> {
    const clock = new Clock();
    const host = new Host();
    return new Sandbox(await makeRealm({ clock, host, stackBytes: STACK_BYTES }), clock, host);
  }

  /** Whether it must be replaced: a run broke it, or left it with too much memory. */
  get isWornOut(): boolean {
    return this.#isWornOut;
  }

  /** Runs a script; whatever it does comes back as the reply. */
  run(request: RunRequest): RunReply {
    const startedAt = performance.now();
    // All expressions of a job have its time together.
    const runOne = (one: RunRequest) => this.#runOne(one, startedAt);
    return limited(request.entry === "expressions" ? runExpressions(request, runOne) : runOne(request));
  }

  #runOne(request: RunRequest, startedAt: number): RunReply {
    const key = PreparedScripts.keyOf(request);
    const prepared = this.#prepared.find(key);
    this.#start(request, startedAt, prepared);
    const outcome = this.#guarded(request.limits, () => this.#execute(request, { key, prepared }));
    return {
      declared: true,
      returned: "",
      globals: [],
      error: null,
      ...outcome,
      console: this.#host.lines,
      consoleIsCut: this.#host.consoleIsCut,
      cpuMs: performance.now() - startedAt,
    };
  }

  /** Reads code without running any of it. */
  check({ code, form }: CheckRequest): CheckReply {
    const request = { accountId: "", nowMs: 0, globals: {}, seed: "", limits: defaultLimits };
    this.#start(request, performance.now());
    const found = this.#guarded(defaultLimits, () => {
      const error = this.#compile(sourceOf(code, form));
      if (error) return { error: this.#located(error, code, form) };
      if (form !== "events") return {};
      // A name that the code declares at its top level can't be declared there again.
      const isDeclared = (name: string) => this.#compile(sourceOf(`${code}\n;let ${name};`, form)) !== undefined;
      return { error, events: scriptEvents.filter(isDeclared) };
    });
    return { events: [], ...found, error: found.error ?? null };
  }

  /** A mistake with what is known of its place. */
  #located(error: ScriptError, code: string, form: ScriptForm): ScriptError {
    if (error.kind !== "syntax") return error;
    const { column: _, ...known } = error;
    return { ...known, ...locate(error, code, (start) => this.#compile(sourceOf(start, form))?.message) };
  }

  #start(
    request: Pick<RunRequest, "accountId" | "nowMs" | "globals" | "seed" | "limits">,
    startedAt: number,
    prepared?: Prepared,
  ) {
    this.#snapshot.restore({ wipe: request.accountId !== this.#lastAccountId, image: prepared?.image });
    this.#lastAccountId = request.accountId;
    this.#clock.start(request.nowMs, startedAt + request.limits.cpuMs);
    this.#host.start(request);
    this.#realm.runtime.setMemoryLimit(request.limits.memoryBytes);
  }

  #execute(request: RunRequest, { key, prepared }: { key: string; prepared?: Prepared }): Partial<RunReply> {
    const { entry } = request;
    if (entry === "expressions") throw new Error("Expressions are run one by one");
    const source = sourceOf(request.code, formOf(entry));
    const names = Object.keys(request.globals);
    const { error, main } = prepared ? { error: undefined, main: prepared.main } : this.#prepare(entry, names, source);
    if (error) return { error };
    if (!main) return { declared: false };
    if (!prepared && this.#isRepeatable()) this.#prepared.offer(key, () => this.#keep(main));
    const called = this.#call("call", main);
    if (called.error) return { error: this.#describe(called.error, source) };
    const failed = this.#settle(source);
    return failed ? { error: failed } : this.#collect(request, names, source);
  }

  /** Gives the realm its data and reads the code, up to the function that is run; without `main` the code declares none. */
  #prepare(entry: ScriptEntry, names: string[], source: Source): { error?: ScriptError; main?: QuickJSHandle } {
    const begun = this.#call("begin", this.#text(JSON.stringify(names)));
    if (begun.error) return { error: this.#describe(begun.error, source) };
    const evaluated = this.#evaluate(source.text, FILE_NAME);
    if (evaluated.error) return { error: this.#describeEvaluated(evaluated.error, source) };
    return { main: isEvent(entry) ? this.#find(entry) : evaluated.value };
  }

  /** Whether what the realm has come to by now depends on the code alone: not on data, the time or chance. */
  #isRepeatable(): boolean {
    return !this.#host.wasAsked && !this.#clock.wasRead && !this.#clock.wasOver;
  }

  #keep(main: QuickJSHandle): Prepared | undefined {
    const image = this.#snapshot.keep();
    return image && { image, main };
  }

  /** The function that the code declares by this name, in whatever way. */
  #find(name: string): QuickJSHandle | undefined {
    const found = this.#evaluate(`typeof ${name} === "function" ? ${name} : undefined`, OUR_FILE);
    if (found.error || this.#realm.context.typeof(found.value) !== "function") return undefined;
    return found.value;
  }

  /** Does what promises left to do; gives the error when the function's own promise failed. */
  #settle(source: Source): ScriptError | undefined {
    const { runtime, context } = this.#realm;
    while (runtime.hasPendingJob() && !this.#clock.isOver()) {
      const done = runtime.executePendingJobs(JOBS_AT_ONCE);
      if (done.error) return this.#describe(done.error, source);
    }
    const state = context.getString(context.unwrapResult(this.#call("state")));
    if (state === "pending") {
      return { kind: "thrown", message: "The script returned a promise that nothing ever fulfils" };
    }
    return state === "failed" ? this.#describe(context.unwrapResult(this.#call("failure")), source) : undefined;
  }

  #collect({ entry, limits }: RunRequest, names: string[], source: Source): Partial<RunReply> {
    // An expression is there for its value: what it does to its data is kept nowhere.
    const isExpression = entry === "expression";
    const collected = isExpression ? this.#call("collect", this.#realm.context.true) : this.#call("collect");
    if (collected.error) return { error: this.#describe(collected.error, source) };
    const [returned = "", ...texts] = this.#realm.context.getString(collected.value).split("\n");
    const kept = isExpression ? [] : names;
    const all = kept.map((name, index): [string, string] => [name, texts[index]!]);
    const globals = all.filter(([, text]) => text !== "=");
    const chars = globals.reduce((sum, [, text]) => sum + text.length, returned.length);
    return chars > limits.outputChars ? { error: limitErrors.tooLarge(limits.outputChars) } : { returned, globals };
  }

  #compile(source: Source): ScriptError | undefined {
    const compiled = this.#evaluate(source.text, FILE_NAME, { compileOnly: true });
    if (!compiled.error) return undefined;
    const { stack: _, ...error } = this.#describe(compiled.error, source);
    if (error.kind !== "thrown") return error;
    return { ...error, kind: "syntax", message: error.message.replace(/^SyntaxError: /, "") };
  }

  /** Code that can't be read never began; other code threw. */
  #describeEvaluated(thrown: QuickJSHandle, source: Source): ScriptError {
    return this.#compile(source) ?? this.#describe(thrown, source);
  }

  #describe(thrown: QuickJSHandle, source: Source): ScriptError {
    this.#realm.runtime.setMemoryLimit(this.#host.limits.memoryBytes + SPARE_BYTES);
    const described = this.#call("describe", thrown);
    if (described.error) return { kind: "thrown", message: "The script threw an error that can't be shown" };
    return readFailure(this.#realm.context.getString(described.value), source);
  }

  #call(name: keyof RealmControls, ...args: QuickJSHandle[]) {
    const { context, controls } = this.#realm;
    return context.callFunction(controls[name], context.undefined, ...args);
  }

  #evaluate(code: string, fileName: string, { compileOnly = false } = {}) {
    return this.#realm.context.evalCode(code, fileName, { type: "global", compileOnly });
  }

  #text(value: string): QuickJSHandle {
    return this.#realm.context.newString(value);
  }

  /** Does something in the realm. The limits win over what came of it; a QuickJS in an unknown state is given up. */
  #guarded<Found extends { error?: ScriptError | null }>(limits: ScriptLimits, work: () => Found) {
    try {
      const found = work();
      if (this.#clock.wasOver) return { error: limitErrors.timeout(limits.cpuMs) };
      return found.error ? { error: inWords(found.error, limits) } : found;
    } catch (error) {
      this.#isWornOut = true;
      return { error: this.#clock.wasOver ? limitErrors.timeout(limits.cpuMs) : brokenBy(error, limits) };
    } finally {
      if (this.#realm.instance.memory.buffer.byteLength > LARGEST_MEMORY) this.#isWornOut = true;
    }
  }
}
