import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { ScriptPool, ScriptPoolOptions } from "@/lib/script/pool";
import { closeScriptPool, setScriptPool } from "@/lib/script/scripts";
import { newTestPool, PATIENT } from "@/lib/script/testing";

/** The scripts of one file's tests: their own pool, for as long as the file's tests run. */
export function testScripts() {
  let pool: ScriptPool | undefined;
  /** Runs that the former pool has in hand are run again by this one. */
  async function use(options: Partial<ScriptPoolOptions>): Promise<void> {
    const former = pool;
    pool = await newTestPool({ limits: PATIENT, ...options });
    setScriptPool(pool);
    await former?.close();
  }
  beforeAll(() => use({}));
  afterAll(closeScriptPool);
  const useHere = async (options: Partial<ScriptPoolOptions>) => {
    onTestFinished(() => use({}));
    await use(options);
  };
  return {
    /** From now on, until the test ends, scripts run with these options. */
    use: useHere,
    /** From now on, until the test ends, scripts may run so long. */
    mayTake: (cpuMs: number) => useHere({ limits: { cpuMs } }),
  };
}
