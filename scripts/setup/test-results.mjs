/**
 * How many tests passed and failed, and, where that is known, which failed and why.
 *
 * @typedef {{ passed: number, failed: number, failures?: string[] }} Count
 */

/** @returns {Count} */
export const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  failures: [...(a.failures ?? []), ...(b.failures ?? [])],
});

/** The tests of a program that reported nothing usable count as one that failed. */
const BROKEN = { passed: 0, failed: 1 };

/** Most characters of what a failed test said. */
const MOST_CHARS = 1_500;

const describeFailure = (where, title, message = "") => `${where} > ${title}\n${message.slice(0, MOST_CHARS)}`.trim();

/** A run that ends with an error although no test failed (a file that could not be read, a lost process) counts as one failed test. */
const withExitCode = (count, exitCode) => (exitCode !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count);

/**
 * Counts the tests in a report of Vitest's reporter `json`.
 *
 * @param {string | undefined} report the report's text, when there is one
 * @param {number} exitCode of Vitest
 * @returns {Count}
 */
export function countVitest(report, exitCode) {
  if (!report) return BROKEN;
  const { testResults } = JSON.parse(report);
  /** @type {Required<Count>} */
  const count = { passed: 0, failed: 0, failures: [] };
  for (const file of testResults) {
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    count.passed += file.assertionResults.filter((test) => test.status === "passed").length;
    count.failed += file.status === "failed" ? Math.max(failed.length, 1) : failed.length;
    for (const test of failed)
      count.failures.push(describeFailure(file.name, test.fullName, test.failureMessages?.[0]));
    if (file.status === "failed" && failed.length === 0)
      count.failures.push(describeFailure(file.name, "the file", file.message));
  }
  return withExitCode(count, exitCode);
}

/**
 * Counts the tests in a report of Playwright's reporter `json`. One that passed only when it was repeated has failed.
 *
 * @param {string | undefined} report the report's text, when there is one
 * @param {number} exitCode of Playwright
 * @returns {Count}
 */
export function countPlaywright(report, exitCode) {
  if (!report) return BROKEN;
  const { stats, errors, suites = [] } = JSON.parse(report);
  const failed = stats.unexpected + stats.flaky + errors.length;
  const failures = [...errors.map(({ message }) => describeFailure("e2e", "the run", message)), ...failedSpecs(suites)];
  return withExitCode({ passed: stats.expected, failed, failures }, exitCode);
}

/** Which tests failed at least once, with what the first failure said. */
function failedSpecs(suites) {
  return suites.flatMap(({ suites: inner = [], specs = [] }) => [
    ...failedSpecs(inner),
    ...specs.flatMap(({ file, title, tests }) =>
      tests
        .filter(({ status }) => status === "unexpected" || status === "flaky")
        .map(({ results }) => {
          const message = results.flatMap(({ errors = [] }) => errors)[0]?.message;
          return describeFailure(file, title, message);
        }),
    ),
  ]);
}

/**
 * Takes the count that a test program of our own has written.
 *
 * @param {string | undefined} report a Count as JSON, when there is one
 * @param {number} exitCode of the program
 * @returns {Count}
 */
export function countOwn(report, exitCode) {
  return report ? withExitCode(JSON.parse(report), exitCode) : BROKEN;
}

/**
 * Adds everything up.
 *
 * @param {Count[]} counts
 * @returns {{ failures: string[], line: string, exitCode: 0 | 1 }} what failed, and the last line of the output; a run without any
 * test is a failure
 */
export function summarise(counts) {
  const { passed, failed, failures = [] } = counts.reduce(add, { passed: 0, failed: 0 });
  return { failures, line: `tests: ${passed} passed, ${failed} failed`, exitCode: failed === 0 && passed > 0 ? 0 : 1 };
}
