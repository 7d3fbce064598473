import type { CycleState } from "@/lib/core/cycle-state";
import { Graph, reachableFrom } from "@/lib/core/graph";
import { tallies } from "@/lib/metrics/tallies";
import type { FoundLimits, FoundWebhook } from "@/lib/queue/find-webhook";
import { definitionOf } from "@/lib/steps/definitions";
import { webhook as webhookDefinition } from "@/lib/steps/webhook/definition";
import { type DuplicatePolicy, duplicatePolicyOf } from "./duplicates";
import { type MidCycle, midCycleOf } from "./mid-cycle";
import { Security } from "./security";
import { WebhookScript } from "./webhook-script";

/** What the door knows of a webhook. */
export type CachedWebhook = {
  webhookId: string;
  accountId: string;
  cycleId: string;
  stepId: string;
  state: CycleState;
  stoppedAt: Date | null;
  listeningUntil: Date | null;
  /** The published version, when it has this webhook's step; null: nothing can begin here. */
  versionId: string | null;
  /** What makes its requests duplicates of each other; null: nothing. */
  duplicates: DuplicatePolicy | null;
  /** It stands in the middle of its cycle: requests continue transactions; null: they begin them. */
  midCycle: MidCycle | null;
  /** The step can reach a Synchronous Response, and its requests begin transactions. */
  synchronous: boolean;
  /** Seconds its caller is kept waiting; null: the installation's default. */
  syncTimeoutSeconds: number | null;
  /** A hold is on it, its cycle or its account: nothing begins. */
  held: boolean;
  /** What it and its account may receive; null: anything. */
  limits: FoundLimits | null;
  /** What its callers have to pass; null: everyone may send. */
  security: Security | null;
  /** Its step's script; null when it has none for requests. */
  script: WebhookScript | null;
};

export type WebhookCacheOptions = {
  load: (identifier: string) => Promise<FoundWebhook | undefined>;
  /** Whether changes are heard of now. While they are not, nothing is kept. */
  hearsChanges: () => boolean;
  /** Milliseconds, of any clock that only goes forward. */
  now: () => number;
  /** The longest that an entry is believed, should a notification be lost. */
  maxAgeMs?: number;
  /** Most webhooks kept, and most unknown identifiers. */
  maxEntries?: number;
};

type Kept = { webhook: CachedWebhook | null; until: number };

/** Reads out of the published graph what the door needs of a webhook's step. */
export function toCachedWebhook({ versionId, graph, allowedIps, checkSecrets, ...found }: FoundWebhook): CachedWebhook {
  const parsed = versionId === null ? undefined : Graph.safeParse(graph).data;
  const step = parsed?.steps.find(({ id }) => id === found.stepId);
  const definition = step && definitionOf(step.type);
  // What a type of a newer build asks of its callers is not known, so nothing begins there.
  if (!parsed || !step || !definition)
    return {
      ...found,
      versionId: null,
      duplicates: null,
      midCycle: null,
      synchronous: false,
      syncTimeoutSeconds: null,
      security: null,
      script: null,
    };
  const reached = reachableFrom(parsed, step.id);
  const midCycle = midCycleOf(parsed, step);
  const responds = parsed.steps.some(({ id, type }) => reached.has(id) && definitionOf(type)?.responds === true);
  const synchronous = responds && midCycle === null;
  const settings = webhookDefinition.settings.safeParse(step.settings).data;
  const security = Security.of({
    allowedIps: definition.ipFiltered ? allowedIps : undefined,
    check: step.settings.check,
    secrets: checkSecrets,
  });
  const duplicates = duplicatePolicyOf(step.settings);
  const syncTimeoutSeconds = settings?.syncTimeoutSeconds ?? null;
  const script = WebhookScript.of({ ...found, code: step.settings.script, variables: parsed.variables });
  return { ...found, versionId, duplicates, midCycle, synchronous, syncTimeoutSeconds, security, script };
}

/**
 * Keeps webhooks in memory for as long as changes to their cycles are heard of. A change that is heard while a webhook
 * is being read makes the next request read it again.
 */
export class WebhookCache {
  readonly #options: Required<WebhookCacheOptions>;
  readonly #known = new Map<string, Kept>();
  readonly #unknown = new Map<string, Kept>();
  readonly #refreshes = new Map<string, Promise<CachedWebhook | null>>();
  #reads = new Map<string, Promise<CachedWebhook | null>>();

  constructor(options: WebhookCacheOptions) {
    this.#options = { maxAgeMs: 30_000, maxEntries: 10_000, ...options };
  }

  /** The webhook with this identifier, null when there is none. Rejects when it is not known and cannot be read. */
  find(identifier: string): CachedWebhook | null | Promise<CachedWebhook | null> {
    const { now, hearsChanges } = this.#options;
    const kept = this.#known.get(identifier) ?? this.#unknown.get(identifier);
    if (kept && kept.until > now() && hearsChanges()) {
      tallies.cacheHits.value++;
      return kept.webhook;
    }
    tallies.cacheMisses.value++;
    return this.#read(identifier);
  }

  /** What was last known of a webhook, for records only: it may be out of date. */
  recall(identifier: string): CachedWebhook | null {
    return this.#known.get(identifier)?.webhook ?? null;
  }

  /** The webhook as it is stored now, whatever is kept. Of many who ask, all but the first share the next read. */
  refresh(identifier: string): Promise<CachedWebhook | null> {
    const queued = this.#refreshes.get(identifier);
    if (queued) return queued;
    const underWay = this.#reads.get(identifier);
    if (!underWay) return this.#read(identifier);
    // The one under way may have begun before the change that is asked for.
    const next = underWay
      .catch(() => null)
      .then(() => {
        this.#refreshes.delete(identifier);
        return this.#read(identifier);
      });
    this.#refreshes.set(identifier, next);
    return next;
  }

  /** Forgets the webhooks of these cycles, and which identifiers are unknown. */
  forgetCycles(cycleIds: readonly string[]): void {
    this.#forgetUnknown();
    const changed = new Set(cycleIds);
    for (const [identifier, { webhook }] of this.#known) {
      if (webhook && changed.has(webhook.cycleId)) this.#known.delete(identifier);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#forgetUnknown();
    this.#known.clear();
  }

  #forgetUnknown(): void {
    this.#unknown.clear();
    this.#reads = new Map(); // what is being read may be older than the change
  }

  #read(identifier: string): Promise<CachedWebhook | null> {
    const reads = this.#reads;
    const underWay = reads.get(identifier);
    if (underWay) return underWay;
    const { load, hearsChanges } = this.#options;
    const heard = hearsChanges();
    const reading = load(identifier)
      .then((found) => {
        const webhook = found ? toCachedWebhook(found) : null;
        if (heard && hearsChanges() && this.#reads === reads) this.#keep(identifier, webhook);
        return webhook;
      })
      .finally(() => reads.delete(identifier));
    reads.set(identifier, reading);
    return reading;
  }

  #keep(identifier: string, webhook: CachedWebhook | null): void {
    const { now, maxAgeMs, maxEntries } = this.#options;
    const [kept, other] = webhook ? [this.#known, this.#unknown] : [this.#unknown, this.#known];
    other.delete(identifier);
    if (kept.size >= maxEntries) kept.delete(kept.keys().next().value!);
    kept.set(identifier, { webhook, until: now() + maxAgeMs });
  }
}
