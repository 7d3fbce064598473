import { ServiceError } from "./errors";

/** The place to go on from. Throws `invalid` for a cursor that was not given out by the list. */
export function requireCursor(cursor: string | undefined, isValid: (cursor: string) => boolean): string | undefined {
  if (cursor === undefined || isValid(cursor)) return cursor;
  throw new ServiceError("invalid", "The cursor isn't one that this list gave. Begin again without a cursor.");
}
