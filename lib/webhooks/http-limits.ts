/** The longest request line and headers together, in bytes. */
export const MAX_HEADER_BYTES = 32 * 1024;

/** The most headers of one request. */
export const MAX_HEADERS = 1_000;

/** Connections that may wait to be taken; of more at one moment the system drops some, and their callers try again a second later. */
export const WAITING_CONNECTIONS = 4_096;
