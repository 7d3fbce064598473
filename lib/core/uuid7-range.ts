const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID, of any version and case. */
export const isUuid = (text: string): boolean => UUID.test(text);

/** The least UUIDv7 of a time: ids made from then on are greater or equal, so that a range of time is a range of ids. */
export function firstUuid7At(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
}

/** When a UUIDv7 was made, in milliseconds since 1970. */
export const timeOfUuid7 = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/**
 * The least and the greatest UUID that begin with a text of hexadecimal digits (hyphens where a UUID has them or none).
 * Null when the text can't begin a UUID or has fewer than 8 digits.
 */
export function uuidRange(beginning: string): { least: string; greatest: string } | null {
  const text = beginning.toLowerCase();
  const hex = text.replaceAll("-", "");
  if (!/^[0-9a-f]{8,32}$/.test(hex)) return null;
  if (text !== hex && text.replace(/-$/, "") !== withHyphens(hex)) return null;
  return { least: withHyphens(hex.padEnd(32, "0")), greatest: withHyphens(hex.padEnd(32, "f")) };
}

const withHyphens = (hex: string) =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].filter(Boolean).join("-");
