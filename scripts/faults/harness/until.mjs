import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until `check` gives something true, and gives that. What `check` throws counts as not yet.
 *
 * @template T
 * @param {string} what for the message: "a transaction ends"
 * @param {() => Promise<T> | T} check
 * @param {{ timeoutMs?: number, everyMs?: number }} [options]
 * @returns {Promise<T>}
 * @throws Error that names `what`, when it was not so in time
 */
export async function until(what, check, { timeoutMs = 180_000, everyMs = 25 } = {}) {
  const deadline = performance.now() + timeoutMs;
  let problem = "";
  for (;;) {
    try {
      const result = await check();
      if (result) return result;
      problem = "";
    } catch (error) {
      problem = ` (${error.message})`;
    }
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}${problem}.`);
    await sleep(everyMs);
  }
}
