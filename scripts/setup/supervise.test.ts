import { describe, expect, it, vi } from "vitest";
import { keepRunning, pauseMs } from "./supervise.mjs";

describe("pauseMs", () => {
  it.each([
    [1, 500],
    [2, 1_000],
    [4, 4_000],
    [7, 30_000],
    [100, 30_000],
  ])("after %i failures in a row it is %i ms", (failures, ms) => {
    expect(pauseMs(failures)).toBe(ms);
  });
});

/** A program that runs until it is stopped or `end` is called. */
function program() {
  let end: (reason: string) => void = () => {};
  const ended = new Promise<string>((fulfil) => {
    end = fulfil;
  });
  return { ended, end, kill: () => end("killed"), stop: async () => end("stopped") };
}

describe("keepRunning", () => {
  it("starts again what has ended by itself, and stops it for good when told to", async () => {
    const output = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const programs = [program(), program()];
    const start = vi.fn(() => programs[start.mock.calls.length - 1]!);
    const kept = await keepRunning({ name: "The worker", start, hint: "See its log." });
    programs[0]!.end("exit code 1");
    await expect.poll(() => start.mock.calls.length).toBe(2);
    expect(output).toHaveBeenCalledWith("The worker ended (exit code 1), starting it again in 0.5 s. See its log.\n");
    await kept.stop();
    expect(start).toHaveBeenCalledTimes(2);
    output.mockRestore();
  });

  it("ends also what was being started when it was told to stop", async () => {
    const output = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const [first, second] = [program(), program()];
    let finishStart: (started: typeof second) => void = () => {};
    const slowStart = new Promise<typeof second>((fulfil) => {
      finishStart = fulfil;
    });
    const start = vi.fn<() => Promise<typeof second>>().mockResolvedValueOnce(first).mockReturnValueOnce(slowStart);
    const kept = await keepRunning({ name: "The worker", start });
    first.end("exit code 1");
    await expect.poll(() => start.mock.calls.length).toBe(2);
    const stopped = kept.stop();
    finishStart(second);
    await stopped;
    await expect(second.ended).resolves.toBe("stopped");
    output.mockRestore();
  });

  it("starts another one at once when told to", async () => {
    const programs = [program(), program()];
    const start = vi.fn(() => programs[start.mock.calls.length - 1]!);
    const kept = await keepRunning({ name: "The worker", start });
    kept.restart();
    await expect.poll(() => start.mock.calls.length).toBe(2);
    expect(kept.failures()).toBe(0);
    await kept.stop();
  });
});
