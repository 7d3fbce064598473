import { ServiceError } from "./errors";

/** Runs a write that a unique index may refuse, and says that as `conflict` with `message`. */
export async function withUniqueValue<T>(message: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "P2002") throw error;
    throw new ServiceError("conflict", message);
  }
}
