/**
 * Reads the header Retry-After: seconds, or a date as HTTP writes it.
 *
 * @param now milliseconds since 1970
 * @returns milliseconds to wait; undefined when the header is missing or says neither
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  if (!/^[A-Za-z]{3,9}, /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
