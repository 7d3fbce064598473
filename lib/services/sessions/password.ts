import { hash, type Options, verify } from "@node-rs/argon2";

/** Argon2id (2 in the package's enum) with the costs that OWASP's password storage cheat sheet names first. */
const OPTIONS: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes a password for storage. */
export const hashPassword = (password: string): Promise<string> => hash(password, OPTIONS);

let nobody: Promise<string> | undefined;

/** Says whether a password is the one that was hashed. For a user who doesn't exist (`null`) it takes as long and says no. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword("nobody's password");
  const matches = await verify(passwordHash ?? (await nobody), password).catch(() => false);
  return passwordHash !== null && matches;
}
