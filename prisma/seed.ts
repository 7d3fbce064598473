import { z } from "zod";
import { closeDatabase, getPool, getPrisma } from "@/lib/db/client";
import { seedDatabase } from "./seed-database";

const Settings = z.object({
  SPOKE_ADMIN_EMAIL: z.string().regex(/^[^@\s]+@[^@\s]+$/, "must be the e-mail address of the first partner admin"),
  SPOKE_ADMIN_PASSWORD: z.string().min(10, "must have 10 characters or more"),
  /** `empty` leaves the demo account and its cycles out. */
  SPOKE_SEED: z.enum(["demo", "empty", ""], "must be demo or empty").default("demo"),
});

/** Fills the database and prints what came of it as one line of JSON. */
async function main() {
  const settings = Settings.safeParse(process.env);
  if (!settings.success) {
    const sentences = settings.error.issues.map(({ path, message }) => `${path.join(".")} ${message}.`);
    process.stderr.write(`${sentences.join("\n")}\n`);
    process.exitCode = 1;
    return;
  }
  const result = await seedDatabase(
    { prisma: getPrisma(), pool: getPool() },
    {
      adminEmail: settings.data.SPOKE_ADMIN_EMAIL,
      adminPassword: settings.data.SPOKE_ADMIN_PASSWORD,
      withExamples: settings.data.SPOKE_SEED !== "empty",
    },
  );
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

await main().finally(closeDatabase);
