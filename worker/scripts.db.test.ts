import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { StepError } from "@/lib/core/errors";
import { field, graphOf } from "@/lib/core/testing";
import { cancelTransaction } from "@/lib/queue/cancel";
import { encryptSecret } from "@/lib/services/secrets/cipher";
import { TestCaller, testWorkers } from "./testing";
import { pure, set, trigger } from "./testing-graphs";
import { WorkerProcesses } from "./testing-processes";
import { testScripts } from "./testing-scripts";

const { db, world, workers } = testWorkers();
const scripts = testScripts();

const code = (text: string, onError: object = {}) => ({
  id: "code",
  type: "script",
  settings: { code: text },
  onError,
});
const call = (script: string, settings: object = {}, onError: object = {}) => ({
  id: "call",
  type: "http-request",
  settings: {
    method: "POST",
    url: "https://example.com/a?x=1",
    body: [field("n", "{{trigger.body}}")],
    script,
    ...settings,
  },
  onError: { retries: 0, ...onError },
});
const after = { id: "after", type: "set-fields", settings: { fields: [field("seen", "{{call.body.id}}{{code.id}}")] } };
const withScript = (text: string, onError: object = {}) =>
  graphOf([trigger, code(text, onError), after], ["trigger -> code", "code -> after"], [{ name: "shop", value: "7" }]);
const withCall = (...given: Parameters<typeof call>) =>
  graphOf([trigger, call(...given), after], ["trigger -> call", "call -> after"]);

/** Runs one transaction of a graph; gives what became of it, and the calls that it made. */
async function ranOf(graph: ReturnType<typeof graphOf>, answer?: ConstructorParameters<typeof TestCaller>[0]) {
  const cycle = await world.cycle(graph);
  const caller = new TestCaller(answer);
  workers.start(caller);
  const [id] = await cycle.accept(5);
  await cycle.ended();
  await workers.stop();
  return { ...(await cycle.result(id!)), calls: caller.calls, id: id!, cycle };
}

describe("a Script step", () => {
  test("gives what it returns, made of the steps before it, and keeps its console", async () => {
    const result = await ranOf(
      withScript("log('n is', steps.trigger.body);\nreturn { id: steps.trigger.body + 1, shop: cycle_variables.shop }"),
    );
    expect(result.state).toBe("COMPLETED");
    expect(result.step("code")).toMatchObject({
      outcome: "done",
      output: { id: 6, shop: "7" },
      console: [{ level: "log", text: "n is 5" }],
    });
    expect(result.step("code")).not.toHaveProperty("attempts");
    expect(result.step("after")).toMatchObject({ output: { seen: "6" } });
  });

  test("knows whose transaction it runs for", async () => {
    const { id, cycle, step } = await ranOf(withScript("return { account_id, cycle_id, transaction_id, step_id }"));
    const { accountId: account_id, cycleId: cycle_id } = cycle;
    expect(step("code")!.output).toEqual({ account_id, cycle_id, transaction_id: id, step_id: "code" });
  });

  test("fails with its line, at once and without another try", async () => {
    const result = await ranOf(withScript("const a = 1;\nthrow new Error('no stock')", { retries: 3 }));
    const message = "The script failed in line 2: no stock";
    expect(result).toMatchObject({ state: "FAILED", error: message });
    expect(result.step("code")).toMatchObject({ outcome: "failed", error: { code: "script_failed", message } });
  });

  test.each([
    ["for (;;);", "script_limit"],
    ["const all = []; for (;;) all.push('x'.repeat(1000) + all.length)", "script_limit"],
    ["return {", "script_failed"],
  ])("that is %j fails as %s", async (text, errorCode) => {
    await scripts.mayTake(1_000);
    expect((await ranOf(withScript(text))).step("code")).toMatchObject({ error: { code: errorCode } });
  });

  test("goes on by its Error exit when it says so", async () => {
    const graph = graphOf(
      // biome-ignore lint/suspicious/noThenProperty: the field's word on screen; the object is never awaited.
      [trigger, code("throw new Error('no')", { then: "error-exit" }), set],
      ["trigger -> code", "code:error -> fields"],
    );
    const result = await ranOf(graph);
    expect(result.state).toBe("COMPLETED");
    expect(result.step("fields")).toMatchObject({ outcome: "done" });
  });

  test("is run after the result of an earlier call is stored", async () => {
    const graph = graphOf([trigger, call(""), code("return {}")], ["trigger -> call", "call -> code"]);
    const result = await ranOf(graph);
    expect(result.checkpoints.map(({ steps }) => (steps as { stepId: string }[]).map(({ stepId }) => stepId))).toEqual([
      ["trigger", "call"],
      ["code"],
    ]);
  });

  test("that is slow keeps no other transaction waiting", async () => {
    await scripts.mayTake(3_600_000); // until the others have ended
    const slow = await world.cycle(withScript("for (;;);"), { parallelLimit: 4 });
    const quick = await world.cycle(pure);
    const scripted = await world.cycle(withScript("return { id: 1 }"));
    workers.start();
    const slowIds = await slow.accept(1, 2, 3, 4);
    await quick.accept(...Array.from({ length: 50 }, (_, index) => index));
    await scripted.accept(...Array.from({ length: 50 }, (_, index) => index));
    await Promise.all([quick.ended(), scripted.ended()]);
    await scripts.mayTake(100);
    await slow.ended();
    expect(await slow.state(slowIds.at(-1)!)).toBe("FAILED");
  });

  test("that waits for its turn can be cancelled", async () => {
    await scripts.use({ maxWaitingOfAccount: 0 });
    const cycle = await world.cycle(withScript("return 1"));
    workers.start();
    const [id] = await cycle.accept(1);
    await expect.poll(() => cycle.state(id!)).toBe("RUNNING");
    await cancelTransaction(db.pool, { transactionId: id!, accountId: cycle.accountId });
    await cycle.ended();
    expect(await cycle.state(id!)).toBe("CANCELLED");
  });
});

describe("before_action", () => {
  test("changes what is sent, and the record shows what was", async () => {
    const result = await ranOf(
      withCall(`function before_action() {
        method_request_method = "PUT";
        method_request_url += "/" + method_request.n;
        method_request_parameters.y = ["2", "3"];
        method_request_headers["x-signed"] = hmac(JSON.stringify(method_request), "key").slice(0, 8);
        method_request = { order: method_request.n };
      }`),
    );
    const sent = result.calls[0]!;
    expect([sent.method, sent.url, sent.body]).toEqual(["PUT", "https://example.com/a/5?x=1&y=2&y=3", `{"order":5}`]);
    expect(Object.fromEntries(sent.headers)).toMatchObject({ "x-signed": expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(result.step("call")).toMatchObject({ input: { method: "PUT", body: `{"order":5}` } });
  });

  test("leaves a request that it only looks at as it was, byte for byte", async () => {
    const script =
      "function before_action() { log(method_request.n, method_request_headers, method_request_parameters) }";
    const scripted = await ranOf(withCall(script));
    const plain = await ranOf(withCall(""));
    const { idempotencyKey: _, ...sent } = scripted.calls[0]!;
    expect(plain.calls[0]).toMatchObject(sent);
  });

  test("makes no call when it returns false, and goes on with the answer that it set", async () => {
    const script = "function before_action() { method_response = { id: 'kept' }; return false }";
    const result = await ranOf(withCall(script));
    expect(result.calls).toEqual([]);
    expect(result.state).toBe("COMPLETED");
    expect(result.step("call")).toMatchObject({ outcome: "skipped", output: { status: 200, body: { id: "kept" } } });
    expect(result.step("call")).not.toHaveProperty("attempts");
    expect(result.step("after")).toMatchObject({ output: { seen: "kept" } });
    const silent = await ranOf(withCall("function before_action() { return false }"));
    expect(silent.step("call")).toMatchObject({ outcome: "skipped", output: null, warning: expect.any(String) });
  });

  test.each([
    ["method_request_url = 'file:///etc/passwd'", "method_request_url"],
    ["method_request_method = 'CONNECT'", "method_request_method"],
    ["method_request_headers.host = 'other'", "host"],
    ["method_request_headers.a = 'x\\r\\ny'", "line break"],
    ["method_request_headers = []", "method_request_headers"],
  ])("can't send what %s makes", async (text, said) => {
    const result = await ranOf(withCall(`function before_action() { ${text} }`));
    expect(result.calls).toEqual([]);
    expect(result.step("call")).toMatchObject({ outcome: "failed", error: { code: "bad_settings" } });
    expect(result.error).toContain(said);
  });

  test("never sees the step's secret, which is sent all the same and stays out of the record", async () => {
    const script = `function before_action() {
      log(JSON.stringify([method_request_headers, method_request]));
      method_request.echo = "secret-token-1";
    }`;
    const cycle = await world.cycle(withCall(script, { auth: "bearer" }));
    const place = { cycleId: cycle.cycleId, stepId: "call", name: "auth" };
    await db.prisma.stepSecret.create({ data: { ...place, ciphertext: encryptSecret("secret-token-1") } });
    const caller = new TestCaller();
    workers.start(caller);
    const [id] = await cycle.accept(5);
    await cycle.ended();
    const { step } = await cycle.result(id!);
    expect(caller.calls[0]!.headers).toContainEqual(["Authorization", "Bearer secret-token-1"]);
    expect(step("call")!.console).toEqual([{ level: "log", text: `[{"content-type":"application/json"},{"n":5}]` }]);
    expect(JSON.stringify(step("call"))).not.toContain("secret-token-1");
  });
});

describe("after_action", () => {
  test("changes the answer that the step goes on with", async () => {
    const script = "function after_action() { method_response = { id: method_response.order.id } }";
    const result = await ranOf(withCall(script), async () => ({ status: 201, body: { order: { id: "A-1" } } }));
    expect(result.step("call")).toMatchObject({ output: { status: 201, body: { id: "A-1" } }, attempts: [{}] });
    expect(result.step("after")).toMatchObject({ output: { seen: "A-1" } });
  });

  test("fails the step by returning false, or by an error of its own", async () => {
    const stopped = await ranOf(withCall("function after_action() { return false }"));
    expect(stopped.step("call")).toMatchObject({
      error: { code: "stopped", message: "after_action() returned false." },
    });
    const thrown = await ranOf(withCall("function after_action() {\n  throw new Error('odd answer')\n}"));
    expect(thrown.error).toBe("after_action() failed in line 2: odd answer");
    expect(thrown.calls).toHaveLength(1);
  });

  test("is not run for an answer that counts as a failure", async () => {
    const script = "function after_action() { throw new Error('ran') }";
    const result = await ranOf(withCall(script), async () => ({ status: 404, body: {} }));
    expect(result.error).toBe("The call was answered 404 Not Found.");
  });
});

describe("after_error", () => {
  test("turns an error into data", async () => {
    const script = `function after_error() {
      if (method_response_status === 404) { method_error = null; method_response = { id: "none" } }
    }`;
    const result = await ranOf(withCall(script), async () => ({ status: 404, body: { reason: "gone" } }));
    expect(result.state).toBe("COMPLETED");
    expect(result.step("call")).toMatchObject({ outcome: "done", output: { status: 404, body: { id: "none" } } });
  });

  test("changes the message of a failed call, and stops the tries by returning false", async () => {
    const script = `function after_error() {
      log(method_error.code);
      method_error.message = "The shop is closed: " + method_error.message;
      return false;
    }`;
    const failing = async () => {
      throw new StepError("request_failed", "example.com refuses connections.");
    };
    const result = await ranOf(withCall(script, {}, { retries: 3, firstWaitSeconds: 0.1 }), failing);
    expect(result.calls).toHaveLength(1);
    expect(result.error).toBe("The shop is closed: example.com refuses connections.");
    expect(result.step("call")!.console).toEqual([{ level: "log", text: "request_failed" }]);
  });

  test("sees every try that failed, and leaves the next ones to On error", async () => {
    let tries = 0;
    const answer = async () => ({ status: ++tries < 3 ? 503 : 200, body: { id: tries } });
    const result = await ranOf(
      withCall("function after_error() { log(method_response_status) }", {}, { retries: 3, firstWaitSeconds: 0.1 }),
      answer,
    );
    expect(result.step("call")).toMatchObject({ outcome: "done", output: { body: { id: 3 } } });
    expect(result.calls).toHaveLength(3);
  });
});

describe("a worker that dies", () => {
  let processes: WorkerProcesses;
  beforeAll(async () => {
    processes = await WorkerProcesses.prepare(db);
  });
  afterEach(() => processes.reset());
  afterAll(() => processes.close());

  test("leaves scripts that give the same again, random numbers included", async () => {
    const script = "function before_action() { method_request.drawn = uuid() }";
    const graph = graphOf(
      [
        trigger,
        code("return { id: uuid(), number: Math.random() }"),
        call(script, { url: processes.url, body: [field("id", "{{code.id}}"), field("number", "{{code.number}}")] }),
      ],
      ["trigger -> code", "code -> call"],
    );
    const cycle = await world.cycle(graph);
    const [id] = await cycle.accept(1);
    processes.answers = false;
    const first = processes.start();
    await expect.poll(() => processes.bodies.length).toBe(1);
    first.kill("SIGKILL");
    await once(first, "exit");
    processes.answers = true;
    processes.start();
    await cycle.ended();
    expect(await cycle.state(id!)).toBe("COMPLETED");
    const { bodies } = processes;
    expect(JSON.parse(bodies[0]!)).toEqual({
      id: expect.any(String),
      number: expect.any(Number),
      drawn: expect.any(String),
    });
    expect(bodies).toEqual([bodies[0], bodies[0]]);
  });
});
