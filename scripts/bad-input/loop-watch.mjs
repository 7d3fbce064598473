import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

// Loaded into the web process with --import: tells its parent how long nothing else could be done since it was last asked.
if (isMainThread && process.send) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on("message", (message) => {
    if (message !== "longest hold") return;
    process.send?.({ longestMs: delay.max / 1e6 });
    delay.reset();
  });
  process.channel?.unref();
}
