import { z } from "zod";
import { Graph } from "@/lib/core/graph";
import { Id, Time } from "./common";

const CycleName = z.string().trim().min(1, "Type a name").max(120, "Names have 120 characters at most");

/** In URLs and on the wire; on screen the UI's own words. `running-once` stops itself after the next request. */
export const cycleStates = ["never-started", "running", "running-once", "finishing", "stopped"] as const;
export const CycleStateName = z.enum(cycleStates);
export type CycleStateName = z.infer<typeof CycleStateName>;

export const CycleSummary = z.object({
  id: Id,
  accountId: Id,
  name: z.string(),
  state: CycleStateName,
  stoppedAt: Time.nullable(),
  startedAt: Time.nullable(),
  /** When a stopped cycle discards what is queued; null when nothing is or it is not stopped. */
  discardsAt: Time.nullable(),
  queued: z.number().int(),
  publishedVersion: z.number().int().nullable(),
  /** The draft differs from the published version. */
  unpublished: z.boolean(),
  synchronous: z.boolean(),
  today: z.object({ total: z.number(), failed: z.number(), p95Ms: z.number().nullable() }),
  lastTransactionAt: Time.nullable(),
  updatedAt: Time,
});
export type CycleSummary = z.infer<typeof CycleSummary>;
export const CycleList = z.object({ entries: z.array(CycleSummary) });
export const CycleListQuery = z.object({
  state: z.enum(["all", "running", "stopped", "failing"]).default("all"),
  q: z.string().max(200).optional(),
});

export const WebhookUrl = z.object({ stepId: z.string(), identifier: z.string(), url: z.string() });

export const CycleView = CycleSummary.extend({
  parallelLimit: z.number().int(),
  draft: Graph,
  draftRevision: z.number().int(),
  draftChangedAt: Time,
  draftChangedBy: z.string().nullable(),
  publishedVersionId: Id.nullable(),
  /** URLs of the webhook steps of the draft and of the published version. */
  webhooks: z.array(WebhookUrl),
  /** `stepId/name` of the secrets that are stored. */
  secrets: z.array(z.string()),
  /** Ids of the webhook steps whose list of allowed addresses is not blank. */
  addressLists: z.array(z.string()),
});
export type CycleView = z.infer<typeof CycleView>;

export const CreateCycleInput = z.object({ name: CycleName });
export type CreateCycleInput = z.infer<typeof CreateCycleInput>;
export const UpdateCycleInput = z.object({
  name: CycleName.optional(),
  parallelLimit: z.number().int().min(1).max(1_000).optional(),
});
export type UpdateCycleInput = z.infer<typeof UpdateCycleInput>;

export const SaveDraftInput = z.object({
  /** The revision that the change was made on. */
  revision: z.number().int(),
  graph: Graph,
});
export type SaveDraftInput = z.infer<typeof SaveDraftInput>;
export const SavedDraft = z.object({
  revision: z.number().int(),
  savedAt: Time,
  webhooks: z.array(WebhookUrl),
  unpublished: z.boolean(),
});
export type SavedDraft = z.infer<typeof SavedDraft>;
/** Added to the 409 problem (code `draft_changed`): the draft as it is now, and who changed it. */
export const DraftConflict = z.object({
  revision: z.number().int(),
  graph: Graph,
  changedAt: Time,
  changedBy: z.string().nullable(),
});
export type DraftConflict = z.infer<typeof DraftConflict>;

/** What keeps a cycle from starting, or is worth knowing. */
export const CheckProblem = z.object({
  severity: z.enum(["error", "warning"]),
  stepId: z.string().nullable(),
  stepName: z.string().nullable(),
  field: z.string().nullable(),
  message: z.string(),
});
export type CheckProblem = z.infer<typeof CheckProblem>;
/** Also added to the 422 problem (code `cycle_incomplete`) that refuses a start or a publish. */
export const CheckResult = z.object({ problems: z.array(CheckProblem) });
export type CheckResult = z.infer<typeof CheckResult>;

/** `publish`: publish the draft first. Left out: the draft is published when no version exists yet. */
export const StartInput = z.object({ publish: z.boolean().optional(), once: z.boolean().default(false) });
export type StartInput = z.infer<typeof StartInput>;

export const VersionView = z.object({
  id: Id,
  number: z.number().int(),
  createdAt: Time,
  createdBy: z.string().nullable(),
  published: z.boolean(),
});
export type VersionView = z.infer<typeof VersionView>;
export const VersionList = z.object({ entries: z.array(VersionView) });
export const VersionDetail = VersionView.extend({ graph: Graph });
export type VersionDetail = z.infer<typeof VersionDetail>;

export const SetSecretInput = z.object({ value: z.string().min(1, "Type the secret").max(10_000) });
export type SetSecretInput = z.infer<typeof SetSecretInput>;

/** A step's sample data for pickers and previews, and where it comes from. */
export const StepSampleView = z.object({
  stepId: z.string(),
  source: z.enum(["pasted", "request", "transaction", "schema"]),
  at: Time.nullable(),
  data: z.json(),
});
export type StepSampleView = z.infer<typeof StepSampleView>;
export const SampleList = z.object({ entries: z.array(StepSampleView) });
/** `transactionId` takes every step's data from that transaction. */
export const SampleQuery = z.object({ transactionId: Id.optional() });
/** A pasted body, as text; `contentType` defaults to JSON. It becomes `{ body, query: {}, headers: {} }`. */
export const PasteSampleInput = z.object({
  body: z.string().max(5_000_000),
  contentType: z.string().max(200).default("application/json"),
});
export type PasteSampleInput = z.infer<typeof PasteSampleInput>;

/** A cycle as a file: deterministic, without secrets, identifiers, ids of the installation or times. */
export const CycleExport = z.object({
  spoke: z.literal(1),
  name: CycleName,
  parallelLimit: z.number().int().min(1).max(1_000),
  graph: Graph,
});
export type CycleExport = z.infer<typeof CycleExport>;
