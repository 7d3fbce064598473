import type { EditedRequest } from "@/lib/contracts/replays";
import type { Json } from "@/lib/core/json";
import { restoreHeaders, restoreQuery } from "@/lib/core/restore-secrets";
import type { Prisma } from "@/lib/db/client";
import { headerOf } from "@/lib/webhooks/request";
import { type HeaderPairs, toScriptData } from "@/lib/webhooks/step-data";
import { webhookUrl } from "../cycles/webhook-urls";
import { ServiceError } from "../errors";
import { decodeReceipt } from "./decode";
import { recordedBodies } from "./recorded-bodies";
import type { ReplayTarget } from "./replay-target";
import { scriptedData } from "./replayed-script";
import { requireRestored } from "./require-restored";

type Receipt = Prisma.ReceiptGetPayload<object>;
type Request = {
  headers: HeaderPairs;
  query: string;
  contentType: string | null;
  body: Uint8Array;
  /** As it came, where that is known to be otherwise. */
  rawBody?: Uint8Array | null;
};

/** What was edited, with the recorded secrets where it shows dots. Throws `invalid` for dots that nothing recorded stands behind. */
function editedRequest({ body, encoding, ...edited }: EditedRequest, receipt: Receipt): Request {
  const headers = requireRestored(restoreHeaders(edited.headers, receipt.headers as unknown as HeaderPairs));
  const query = requireRestored(restoreQuery(edited.query.replace(/^\?/, ""), receipt.query));
  const bytes = Buffer.from(body, encoding === "base64" ? "base64" : "utf8");
  const sent = headerOf(headers, "content-type") ?? null;
  // What was typed is UTF-8, whatever charset the original came in.
  const contentType = encoding === "text" && sent !== null ? sent.replace(/;\s*charset=[^;]*/i, "") : sent;
  return { headers, query, contentType, body: bytes };
}

function recordedRequest({ headers, query, contentType, body, rawBody, bodyCut }: Receipt): Request {
  if (bodyCut)
    throw new ServiceError(
      "conflict",
      "Only the beginning of this request's body was kept. Edit it before the replay, with the whole body.",
    );
  return { headers: headers as unknown as HeaderPairs, query, contentType, body: body ?? new Uint8Array(), rawBody };
}

/** Throws `conflict` when the webhook's address list or check refuses the request, or answers it by itself. */
function requirePassing(receipt: Receipt, { security, identifier }: ReplayTarget, request: Request): void {
  const url = webhookUrl(identifier) + (request.query === "" ? "" : `?${request.query}`);
  const checked = { method: receipt.method, url, headers: request.headers, ...recordedBodies(request) };
  const verdict = security?.judge(receipt.clientIp, checked, receipt.receivedAt.getTime());
  if (verdict?.kind === "refused") throw new ServiceError("conflict", `The check refuses it: ${verdict.reason}`);
  if (verdict?.kind === "answered")
    throw new ServiceError("conflict", "The webhook answers this request by itself, without a transaction.");
}

/**
 * What a replay begins with: the request as it came or as it was edited, as data, after the webhook's script. Throws
 * `conflict` where the door would refuse it, and `invalid` for dots in place of a secret that the request did not have.
 */
export async function replayedData(
  receipt: Receipt,
  target: ReplayTarget,
  how: { checked: boolean; request?: EditedRequest },
): Promise<{ data: Json; sizeBytes: number }> {
  const request = how.request ? editedRequest(how.request, receipt) : recordedRequest(receipt);
  if (how.checked) requirePassing(receipt, target, request);
  const decoded = decodeReceipt(request);
  const sizeBytes = request.body.byteLength;
  const { script } = target;
  const isReadable = decoded.data !== null;
  if (!script && isReadable) return { data: decoded.data, sizeBytes };
  // Whoever replays a request of another method wants it to run.
  const method = receipt.method === "GET" || receipt.method === "HEAD" ? receipt.method : "POST";
  const scripted = { method, data: decoded.data ?? toScriptData({ ...request, body: Buffer.from(request.body) }) };
  const receivedAt = receipt.receivedAt.getTime();
  const data = script && (await scriptedData({ script, request: scripted, isReadable, receivedAt }));
  if (!data) throw new ServiceError("conflict", `The body can't become data: ${decoded.reason}`);
  return { data, sizeBytes };
}
