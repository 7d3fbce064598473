import { LineCap } from "@/lib/line-cap";
import { log } from "@/lib/log";
import { activeTracing } from "@/lib/tracing/active";
import type { Tracing } from "@/lib/tracing/tracing";
import type { WebhookAnswer } from "./answers";
import { headerOf } from "./request";
import type { Visit } from "./visit";

/** Identifiers are secrets, so a webhook's path is never shown whole. */
const ROUTE = "/api/webhook/{identifier}";

/** Refusals that are logged in a second: a sender that keeps on failing shall not fill the log. */
const REFUSED_LINES_PER_SECOND = 20;

const cap = new LineCap(REFUSED_LINES_PER_SECOND, (lines) =>
  log.info({ lines }, "left out lines about refused requests"),
);

/**
 * Traces and logs an answered request, or one that nobody waits for any more: what was taken at `debug`, refusals at
 * `info`, what could not be stored at `warn`.
 */
export function noteAnswer(visit: Visit, answer: WebhookAnswer | undefined): void {
  const tracing = activeTracing();
  const traceId = tracing && trace(tracing, visit, answer?.status);
  const level = levelOf(visit);
  if (!log.isLevelEnabled(level)) return;
  if (level !== "debug" && !log.isLevelEnabled("debug") && !cap.take()) return;
  const { request, requestId, transactionId, webhook } = visit;
  const line = {
    outcome: outcomeOf(visit),
    method: request.method,
    status: answer?.status,
    ms: Math.round(visit.elapsedMs() * 10) / 10,
    request: requestId,
    transaction: transactionId ?? undefined,
    webhook: webhook?.webhookId,
    account: webhook?.accountId,
    cycle: webhook?.cycleId,
    trace: traceId,
  };
  log[level](line, "request to a webhook");
}

function levelOf({ outcome }: Visit): "debug" | "info" | "warn" {
  if (outcome === "ACCEPTED" || outcome === "FOUND") return "debug";
  return outcome === null || outcome === "NOT_STORED" ? "warn" : "info";
}

/** Without a receipt nothing could be looked up, let alone stored. */
const outcomeOf = ({ outcome }: Visit) => (outcome ?? "NOT_STORED").toLowerCase().replaceAll("_", "-");

function trace(tracing: Tracing, visit: Visit, status: number | undefined): string | undefined {
  const { request, requestId, transactionId, webhook, receivedAt } = visit;
  return tracing.request({
    requestId,
    transactionId,
    webhookId: webhook?.webhookId ?? null,
    accountId: webhook?.accountId ?? null,
    cycleId: webhook?.cycleId ?? null,
    headers: request.headers,
    method: request.method,
    route: ROUTE,
    contentType: headerOf(request.headers, "content-type"),
    userAgent: headerOf(request.headers, "user-agent"),
    outcome: outcomeOf(visit),
    status,
    startedAt: receivedAt,
    endedAt: receivedAt + visit.elapsedMs(),
  });
}
