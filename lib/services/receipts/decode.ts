import { BodyError } from "@/lib/core/bodies/body-error";
import { type HeaderPairs, toStepData, type WebhookStepData } from "@/lib/webhooks/step-data";

type Recorded = { headers: unknown; query: string; contentType: string | null; body: Uint8Array | null };

export type DecodedReceipt = { data: WebhookStepData; reason: null } | { data: null; reason: string };

/** A recorded request as its Step's data, or why it can't be read. */
export function decodeReceipt({ headers, query, contentType, body }: Recorded): DecodedReceipt {
  try {
    const bytes = Buffer.from(body ?? []);
    return { data: toStepData({ headers: headers as HeaderPairs, query, contentType, body: bytes }), reason: null };
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return { data: null, reason: error.reason };
  }
}

/** The columns that `decodeReceipt` reads. */
export const decodedColumns = { headers: true, query: true, contentType: true, body: true } as const;
