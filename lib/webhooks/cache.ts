import type { CycleState } from "@/lib/core/cycle-state";
import { Graph, reachableFrom } from "@/lib/core/graph";
import type { FoundWebhook } from "@/lib/queue/find-webhook";
import { definitionOf } from "@/lib/steps/definitions";
import { webhook as webhookDefinition } from "@/lib/steps/webhook/definition";

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
  /** The step can reach a Synchronous Response. */
  synchronous: boolean;
  /** Seconds its caller is kept waiting; null: the installation's default. */
  syncTimeoutSeconds: number | null;
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

export type WebhookCache = {
  /** The webhook with this identifier, null when there is none. Rejects when it is not known and cannot be read. */
  find(identifier: string): CachedWebhook | null | Promise<CachedWebhook | null>;
  /** Forgets the webhooks of these cycles, and which identifiers are unknown. */
  forgetCycles(cycleIds: readonly string[]): void;
  /** Forgets everything. */
  clear(): void;
};

type Kept = { webhook: CachedWebhook | null; until: number };

/** Reads out of the published graph what the door needs of a webhook's step. */
export function toCachedWebhook({ versionId, graph, ...found }: FoundWebhook): CachedWebhook {
  const parsed = versionId === null ? undefined : Graph.safeParse(graph).data;
  const step = parsed?.steps.find(({ id }) => id === found.stepId);
  if (!parsed || !step) return { ...found, versionId: null, synchronous: false, syncTimeoutSeconds: null };
  const reached = reachableFrom(parsed, step.id);
  const synchronous = parsed.steps.some(({ id, type }) => reached.has(id) && definitionOf(type)?.responds === true);
  const settings = webhookDefinition.settings.safeParse(step.settings).data;
  return { ...found, versionId, synchronous, syncTimeoutSeconds: settings?.syncTimeoutSeconds ?? null };
}

/**
 * Keeps webhooks in memory for as long as changes to their cycles are heard of. A change that is heard while a webhook
 * is being read makes the next request read it again.
 */
export function createWebhookCache(options: WebhookCacheOptions): WebhookCache {
  const { load, hearsChanges, now, maxAgeMs = 30_000, maxEntries = 10_000 } = options;
  const known = new Map<string, Kept>();
  const unknown = new Map<string, Kept>();
  let loading = new Map<string, Promise<CachedWebhook | null>>();

  function keep(identifier: string, webhook: CachedWebhook | null) {
    const kept = webhook ? known : unknown;
    if (kept.size >= maxEntries) kept.delete(kept.keys().next().value!);
    kept.set(identifier, { webhook, until: now() + maxAgeMs });
  }

  function read(identifier: string): Promise<CachedWebhook | null> {
    const current = loading;
    const underWay = current.get(identifier);
    if (underWay) return underWay;
    const heard = hearsChanges();
    const reading = load(identifier)
      .then((found) => {
        const webhook = found ? toCachedWebhook(found) : null;
        if (heard && hearsChanges() && loading === current) keep(identifier, webhook);
        return webhook;
      })
      .finally(() => current.delete(identifier));
    current.set(identifier, reading);
    return reading;
  }

  function forget() {
    unknown.clear();
    loading = new Map(); // what is being read may be older than the change
  }

  return {
    find(identifier) {
      const kept = known.get(identifier) ?? unknown.get(identifier);
      if (kept && kept.until > now() && hearsChanges()) return kept.webhook;
      known.delete(identifier);
      unknown.delete(identifier);
      return read(identifier);
    },
    forgetCycles(cycleIds) {
      forget();
      const changed = new Set(cycleIds);
      for (const [identifier, { webhook }] of known) {
        if (webhook && changed.has(webhook.cycleId)) known.delete(identifier);
      }
    },
    clear() {
      forget();
      known.clear();
    },
  };
}
