import { startPostgres } from "../setup/postgres.mjs";

// Runs a PostgreSQL on the machine that this process is on, for the process that forked it: PostgreSQL must be started from
// within, and drops its rights by itself.

const options = JSON.parse(process.argv[2]);
const postgres = await startPostgres(options);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => {});
void postgres.exited.then(() => process.exit());
process.on("disconnect", () => void postgres.stop());
process.send?.({ pid: postgres.pid });
