/** The longest request line and headers together, in bytes. */
export const MAX_HEADER_BYTES = 32 * 1024;

/** The most headers of one request. */
export const MAX_HEADERS = 1_000;
