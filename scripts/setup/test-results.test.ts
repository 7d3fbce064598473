import { describe, expect, it } from "vitest";
import { countOwn, countPlaywright, countVitest, summarise } from "./test-results.mjs";

const vitestReport = (...files: { status: string; tests: string[] }[]) =>
  JSON.stringify({
    testResults: files.map(({ status, tests }) => ({
      name: "lib/a.test.ts",
      status,
      message: tests.length === 0 ? "could not be read" : "",
      assertionResults: tests.map((test) => ({
        status: test,
        fullName: `it ${test}`,
        failureMessages: ["expected 1 to be 2"],
      })),
    })),
  });

describe("countVitest", () => {
  it("counts what passed and failed, and not what was skipped", () => {
    const report = vitestReport(
      { status: "failed", tests: ["passed", "failed", "skipped"] },
      { status: "passed", tests: ["passed"] },
    );
    expect(countVitest(report, 1)).toEqual({
      passed: 2,
      failed: 1,
      failures: ["lib/a.test.ts > it failed\nexpected 1 to be 2"],
    });
  });

  it("counts a file that could not be read as one failed test", () => {
    expect(countVitest(vitestReport({ status: "failed", tests: [] }), 1)).toEqual({
      passed: 0,
      failed: 1,
      failures: ["lib/a.test.ts > the file\ncould not be read"],
    });
  });

  it("counts an error outside the tests as one failed test", () => {
    const report = vitestReport({ status: "passed", tests: ["passed"] });
    expect(countVitest(report, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  it("counts a run without a report as one failed test", () => {
    expect(countVitest(undefined, 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe("countOwn", () => {
  it("takes what was written, and a run that ended with an error or wrote nothing as failed", () => {
    expect(countOwn('{"passed":3,"failed":1}', 1)).toEqual({ passed: 3, failed: 1 });
    expect(countOwn('{"passed":3,"failed":0}', 1)).toEqual({ passed: 3, failed: 1 });
    expect(countOwn(undefined, 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe("countPlaywright", () => {
  const report = (stats: object, errors: object[] = [], suites: object[] = []) =>
    JSON.stringify({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0, ...stats }, errors, suites });
  const spec = (title: string, ...statuses: string[]) => ({
    file: "a.spec.ts",
    title,
    tests: statuses.map((status) => ({
      status,
      results: [{ errors: status === "expected" ? [] : [{ message: `${title} said no` }] }],
    })),
  });

  it("counts a test that passed at its second try as failed, and says which", () => {
    const suites = [
      { specs: [spec("one", "unexpected"), spec("two", "expected")], suites: [{ specs: [spec("three", "flaky")] }] },
    ];
    expect(countPlaywright(report({ expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, [], suites), 1)).toEqual({
      passed: 4,
      failed: 2,
      failures: ["a.spec.ts > three\nthree said no", "a.spec.ts > one\none said no"],
    });
  });

  it("counts a server that did not start as one failed test", () => {
    expect(countPlaywright(report({}, [{ message: "no server" }]), 1)).toEqual({
      passed: 0,
      failed: 1,
      failures: ["e2e > the run\nno server"],
    });
    expect(countPlaywright(undefined, 1)).toEqual({ passed: 0, failed: 1 });
  });
});

describe("summarise", () => {
  it("adds everything up", () => {
    const counts = [
      { passed: 2, failed: 0 },
      { passed: 40, failed: 1, failures: ["one"] },
    ];
    expect(summarise(counts)).toEqual({ failures: ["one"], line: "tests: 42 passed, 1 failed", exitCode: 1 });
  });

  it("is a failure when nothing ran", () => {
    expect(summarise([{ passed: 0, failed: 0 }]).exitCode).toBe(1);
    expect(summarise([{ passed: 1, failed: 0 }]).exitCode).toBe(0);
  });
});
