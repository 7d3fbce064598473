import { checkDatabase } from "./setup/database.mjs";
import { migrate } from "./setup/migrate.mjs";
import { loadEnvFile } from "./setup/options.mjs";
import { explain, SetupError, say } from "./setup/progress.mjs";

try {
  loadEnvFile();
  const url = process.env.DATABASE_URL;
  if (!url)
    throw new SetupError("DATABASE_URL must be set to the database to update. `npm start` updates its own by itself.");
  await checkDatabase(url);
  const applied = await migrate({ url });
  say(applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is up to date.");
  process.exit(0); // the schema engine leaves a timer behind that would keep us for 10 s
} catch (error) {
  explain(error);
  process.exit(1);
}
