import type { ReceiptView } from "@/lib/contracts/webhooks";

type Announced = Pick<ReceiptView, "headers" | "outcome"> & { body: Pick<ReceiptView["body"], "text" | "base64"> };

/** Of a request of whose body only a part came. */
export const BROKEN_OFF = "The request ended before the rest of the body came.";

/** Why there is nothing of a body that the request announced; null of a request without one, and where something is there. */
export function unreadBody({ headers, outcome, body }: Announced): string | null {
  if (body.text || body.base64) return null;
  const isAnnounced = headers.some(([name, value]) =>
    name.toLowerCase() === "content-length" ? Number(value) > 0 : name.toLowerCase() === "transfer-encoding",
  );
  if (!isAnnounced) return null;
  return outcome === "incomplete" ? "Nothing of the body came." : "The body was not read.";
}
