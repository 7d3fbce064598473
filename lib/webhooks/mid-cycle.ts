import type { Graph, Step } from "@/lib/core/graph";
import { matchValue } from "@/lib/core/match-value";
import { type Path, parsePath, readPath } from "@/lib/core/path";
import { tooManyKept } from "@/lib/core/too-many-kept";
import { countRequest, tallies } from "@/lib/metrics/tallies";
import type { Continued, MidCycleRequest } from "@/lib/queue/continue";
import { MOST_KEPT } from "@/lib/queue/kept-requests";
import { isMidCycle } from "@/lib/steps/mid-cycle";
import { webhook as webhookDefinition } from "@/lib/steps/webhook/definition";
import { answers, type WebhookAnswer } from "./answers";
import type { Owners } from "./byte-counter";
import { answerDuplicate, type DuplicateOptions, type DuplicatePolicy, uniqueOf } from "./duplicates";
import type { Recorder } from "./recorder";
import { headerOf } from "./request";
import { toStepData } from "./step-data";
import type { Visit } from "./visit";

/** After which a request is sent again that could not be kept: its transaction may have come. */
const LONGEST_RETRY_SECONDS = 60;

/** What the door needs of a webhook in the middle of its cycle. */
export type MidCycle = {
  /** Where requests carry the value that tells transactions apart; undefined when that can't be read. */
  incoming: Path | undefined;
  /** How long requests are kept that come before their transaction; null: not at all. */
  keepSeconds: number | null;
};

/** The mapping of a step that stands in the middle of a graph; null of one that begins it. */
export function midCycleOf(graph: Pick<Graph, "edges">, step: Step): MidCycle | null {
  if (!isMidCycle(graph, step)) return null;
  const settings = webhookDefinition.settings.safeParse(step.settings).data;
  const path = settings ? parsePath(settings.matchIncoming) : undefined;
  return { incoming: path && path.length > 0 ? path : undefined, keepSeconds: settings?.keepEarlySeconds ?? null };
}

export type ContinueOptions = Omit<DuplicateOptions, "recorder"> & {
  /** Resolves when what became of the request is committed. */
  continueByRequest: (request: MidCycleRequest, sizeBytes: number) => Promise<Continued>;
  recorder: Pick<Recorder, "accepted" | "refused" | "answered">;
  /** Counts the bodies that are stored. */
  onStored: (of: Owners, sizeBytes: number, receivedAt: number) => void;
  /** Told of what went wrong on our side. */
  onError: (error: unknown) => void;
  /** How long storing may take before the caller is told to try again, in milliseconds. */
  storeTimeoutMs: number;
};

type Target = {
  webhookId: string;
  accountId: string;
  cycleId: string;
  stepId: string;
  midCycle: MidCycle;
  duplicates: DuplicatePolicy | null;
};

/** Continues the newest transaction that the request matches, or keeps the request for one that comes, or says that there is none. */
export async function continueByVisit(
  visit: Visit,
  { midCycle, duplicates, webhookId, accountId, cycleId, stepId }: Target,
  options: ContinueOptions,
): Promise<WebhookAnswer> {
  const value = incomingValue(visit, midCycle.incoming);
  if (value === null) return noMatch(visit, options, "It has no value where the webhook's mapping looks for one.");
  const receipt = visit.continuingReceipt();
  const { keepSeconds } = midCycle;
  const unique = duplicates ? uniqueOf(duplicates, visit) : undefined;
  const input = visit.data ? JSON.stringify(visit.data) : null;
  const continued = await inTime(visit, { cycleId, stepId, value, keepSeconds, input, receipt, unique }, options);
  if (!continued) {
    options.recorder.refused(visit.refusedReceipt("NOT_STORED", 503, "The database did not take it in time."));
    return answers.notStored();
  }
  if (continued.kind === "duplicate") {
    const webhook = { cycleId, state: "", held: false, synchronous: false, duplicates };
    return answerDuplicate({ visit, webhook, first: continued.first, key: unique?.key ?? "", timeoutMs: 0 }, options);
  }
  const { recorder, onStored } = options;
  if (continued.kind === "no-match")
    return noMatch(visit, options, "No transaction that has come to this webhook carries its value.");
  if (continued.kind === "full") return notKept(visit, options, keepSeconds ?? 0);
  const outcome = continued.kind === "kept" ? "KEPT" : "ACCEPTED";
  visit.outcome = outcome;
  recorder.accepted(webhookId, visit.receivedAt, outcome);
  onStored({ webhookId, accountId }, visit.bodyBytes, visit.receivedAt);
  const answer = answers.accepted();
  if (continued.kind === "continued") {
    visit.transactionId = continued.transactionId;
    answer.headers.push(["X-Spoke-Transaction-Id", continued.transactionId]);
  }
  countRequest(outcome, answer.status);
  tallies.acceptSeconds.observe(visit.elapsedMs() / 1_000);
  return answer;
}

function incomingValue(visit: Visit, incoming: Path | undefined): string | null {
  if (!incoming) return null;
  const { headers, query } = visit.request;
  const contentType = headerOf(headers, "content-type");
  const data = visit.data ?? toStepData({ headers, query, contentType, body: visit.body });
  return matchValue(readPath(data, incoming));
}

function noMatch(visit: Visit, { recorder }: ContinueOptions, reason: string): WebhookAnswer {
  const answer = answers.accepted();
  recorder.refused(visit.refusedReceipt("NO_MATCH", answer.status, reason));
  return answer;
}

/** Its sender is asked to send it again, as a webhook does that is over a limit: nothing that was answered 200 may be lost. */
function notKept(visit: Visit, { recorder }: ContinueOptions, keepSeconds: number): WebhookAnswer {
  const answer = answers.overLimit(Math.min(keepSeconds, LONGEST_RETRY_SECONDS));
  const row = visit.refusedReceipt("OVER_LIMIT", answer.status, tooManyKept(MOST_KEPT));
  recorder.refused({ ...row, answer: JSON.stringify({ headers: answer.headers, body: answer.body }) });
  return answer;
}

/** Undefined unless it is committed in time. What is committed later is noted as answered 503. */
async function inTime(
  visit: Visit,
  request: MidCycleRequest,
  options: ContinueOptions,
): Promise<Continued | undefined> {
  const { continueByRequest, recorder, onError, storeTimeoutMs } = options;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, storeTimeoutMs, "late");
  });
  const stored = continueByRequest(request, visit.body.length + request.receipt.headers.length).catch(
    (error: unknown): undefined => onError(error) as undefined,
  );
  const outcome = await Promise.race([stored, late]);
  clearTimeout(timer);
  if (outcome !== "late") return outcome;
  void stored.then((done) => {
    const reason = "It was stored after the caller had been told to try again.";
    if (done?.kind === "continued" || done?.kind === "kept")
      recorder.answered({ id: visit.requestId, status: 503, durationMs: visit.elapsedMs(), reason });
  });
  return undefined;
}
