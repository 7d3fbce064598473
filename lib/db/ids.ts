import { randomFillSync } from "node:crypto";
import { createUuid7 } from "@/lib/core/uuid7";

/** A new id: a UUID of version 7 that sorts after all that this process made before. */
export const uuid7 = createUuid7({ now: Date.now, random: (bytes) => randomFillSync(bytes) });
