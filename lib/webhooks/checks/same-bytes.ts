import { createHash, timingSafeEqual } from "node:crypto";

/** Says whether two texts or byte strings are the same, in a time that tells nothing about where they differ or how long the expected one is. */
export function sameBytes(given: Buffer, expected: Buffer): boolean {
  const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
