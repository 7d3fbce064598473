/**
 * Loaded before our programs when `npm start` runs them: should it vanish without a word, they end as if it had asked.
 */
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
