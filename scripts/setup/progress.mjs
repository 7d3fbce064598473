/** A mistake in the surroundings (a taken port, a broken address): its message is all that the user needs to see. */
export class SetupError extends Error {
  name = "SetupError";
}

/**
 * Names a piece of work on the terminal, does it, and says how long it took.
 *
 * @template T
 * @param {string} title what is being done: "Building the application"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const begin = performance.now();
  process.stdout.write(`  ${title} ...`);
  try {
    const result = await work();
    process.stdout.write(` ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write(" failed\n");
    throw error;
  }
}

/** Prints one line that belongs to no step. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Prints why Spoke can't go on: one sentence when we know it, everything when we don't. */
export function explain(error) {
  process.stderr.write(`\n${error instanceof SetupError ? error.message : (error?.stack ?? String(error))}\n`);
}
