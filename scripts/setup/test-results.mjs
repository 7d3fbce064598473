/**
 * How many tests passed and failed.
 *
 * @typedef {{ passed: number, failed: number }} Count
 */

/** @returns {Count} */
export const add = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed });

/** The tests of a program that reported nothing usable count as one that failed. */
const BROKEN = { passed: 0, failed: 1 };

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
  const count = { passed: 0, failed: 0 };
  for (const file of testResults) {
    const failed = file.assertionResults.filter((test) => test.status === "failed").length;
    count.passed += file.assertionResults.filter((test) => test.status === "passed").length;
    count.failed += file.status === "failed" ? Math.max(failed, 1) : failed;
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
  const { stats, errors } = JSON.parse(report);
  const failed = stats.unexpected + stats.flaky + errors.length;
  return withExitCode({ passed: stats.expected, failed }, exitCode);
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
 * @returns {{ line: string, exitCode: 0 | 1 }} the last line of the output; a run without any test is a failure
 */
export function summarise(counts) {
  const { passed, failed } = counts.reduce(add, { passed: 0, failed: 0 });
  return { line: `tests: ${passed} passed, ${failed} failed`, exitCode: failed === 0 && passed > 0 ? 0 : 1 };
}
