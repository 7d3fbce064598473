import type { CheckedRequest } from "@/lib/webhooks/checks/checked-request";

/** The bodies of a recorded request as a check reads them: as it came, and unpacked when it came compressed. */
export function recordedBodies({
  body,
  rawBody,
}: {
  body: Uint8Array | null;
  rawBody?: Uint8Array | null;
}): Pick<CheckedRequest, "rawBody" | "decodedBody"> {
  const unpacked = Buffer.from(body ?? []);
  return rawBody ? { rawBody: Buffer.from(rawBody), decodedBody: unpacked } : { rawBody: unpacked };
}
