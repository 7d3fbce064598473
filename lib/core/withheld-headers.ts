/** Headers of a caller's answer that belong to the connection, to us, or would act on our whole address in a browser. */
const WITHHELD = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "content-length",
  "date",
  "set-cookie",
  "set-cookie2",
  "clear-site-data",
  "strict-transport-security",
  "service-worker-allowed",
  "alt-svc",
  "x-content-type-options",
  "x-spoke-request-id",
  "x-spoke-transaction-id",
]);

/** Whether a header is left out of what a response or a script answers; `name` in any case. */
export const isWithheld = (name: string): boolean => WITHHELD.has(name.toLowerCase());
