import type { Pool } from "pg";
import { StepError } from "@/lib/core/errors";
import type { Graph } from "@/lib/core/graph";
import { log } from "@/lib/log";
import type { LoadedTransaction } from "@/lib/queue/load";
import { type LoadedContinuations, loadContinuations } from "@/lib/queue/load-continuations";
import { loadSecrets, loadVersions, type StoredVersion } from "@/lib/queue/load-versions";
import { decryptSecret } from "@/lib/services/secrets/cipher";
import { definitionOf } from "@/lib/steps/definitions";
import { type CompiledVersion, compileVersion } from "./engine/compile";

const MOST_VERSIONS = 1_000;
const MOST_CYCLES = 1_000;
/** A backstop: notifications say when secrets change. */
const SECRETS_MS = 30_000;

/** A version ready to run from one of its steps; undefined when it has no such step, and why when it can't be made so. */
type Compiled = CompiledVersion | StepError | undefined;
type Version = Pick<StoredVersion, "id" | "number" | "partnerId"> & {
  graph: Graph | StepError;
  hasSecrets: boolean;
  compiled: Map<string, Compiled>;
};
/** Encrypted, by `stepId/name`. */
type Secrets = ReadonlyMap<string, string>;
type Wanted = Pick<LoadedTransaction, "versionId" | "cycleId" | "stepId">;

/** A loaded transaction with all that it takes to run. */
export type PreparedTransaction = LoadedTransaction & {
  /** Undefined when it is gone, lacks the first step, or for the reason that is `problem`. */
  version: CompiledVersion | undefined;
  problem?: StepError;
  /** Whose account it is; undefined when its version is gone. */
  partnerId: string | undefined;
  /** What has continued it from mid-cycle webhooks, and what does next. */
  continuations?: LoadedContinuations;
  /** A step's stored secret, decrypted; undefined when none is stored. Throws a StepError when it can't be decrypted. */
  secret: (stepId: string, name: string) => string | undefined;
};

const NO_CONTINUATIONS: ReadonlyMap<string, LoadedContinuations> = new Map();

/** Keeps versions ready to run, and the secrets that their steps call with; those used last are kept longest. */
export class Versions {
  readonly #pool: Pool;
  readonly #versions = new Map<string, Version | undefined>();
  readonly #secrets = new Map<string, { at: number; secrets: Secrets }>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Gives transactions what they run with, and reads what is not known yet. */
  async prepare(transactions: readonly LoadedTransaction[]): Promise<PreparedTransaction[]> {
    const versions = await this.#versionsOf(new Set(transactions.map((transaction) => transaction.versionId)));
    const withSecrets = transactions.filter(({ versionId }) => versions.get(versionId)?.hasSecrets);
    const secrets = await this.#secretsOf(new Set(withSecrets.map((transaction) => transaction.cycleId)));
    const runnable = transactions.map((transaction) => {
      const compiled = compiledOf(versions.get(transaction.versionId), transaction);
      return compiled instanceof StepError
        ? { ...transaction, version: undefined, problem: compiled }
        : { ...transaction, version: compiled };
    });
    const begun = runnable.filter(({ startedAt, version }) => startedAt !== null && version?.holds);
    const ids = begun.map(({ id }) => id);
    const continuations = ids.length > 0 ? await loadContinuations(this.#pool, ids) : NO_CONTINUATIONS;
    return runnable.map((transaction) => ({
      ...transaction,
      continuations: continuations.get(transaction.id),
      partnerId: versions.get(transaction.versionId)?.partnerId,
      secret: (stepId, name) => decrypted(secrets.get(transaction.cycleId)?.get(`${stepId}/${name}`)),
    }));
  }

  /** Forgets the secrets of cycles that changed; without ids, of all. */
  forgetSecrets(cycleIds?: readonly string[]): void {
    if (cycleIds === undefined) this.#secrets.clear();
    else for (const id of cycleIds) this.#secrets.delete(id);
  }

  async #versionsOf(ids: ReadonlySet<string>): Promise<Map<string, Version | undefined>> {
    const unknown = [...ids].filter((id) => !this.#versions.has(id));
    const rows = unknown.length > 0 ? await loadVersions(this.#pool, unknown) : [];
    const read = new Map(rows.map((row) => [row.id, row]));
    const wanted = new Map<string, Version | undefined>();
    for (const id of ids) {
      const version = this.#versions.get(id) ?? readVersion(read.get(id));
      wanted.set(id, version);
      keep(this.#versions, id, version, MOST_VERSIONS);
    }
    return wanted;
  }

  async #secretsOf(cycleIds: ReadonlySet<string>): Promise<Map<string, Secrets>> {
    const wanted = new Map<string, Secrets>();
    for (const id of cycleIds) {
      const at = performance.now();
      const known = this.#secrets.get(id);
      const secrets = known && at - known.at <= SECRETS_MS ? known.secrets : await this.#readSecrets(id);
      wanted.set(id, secrets);
      keep(this.#secrets, id, secrets === known?.secrets ? known : { at, secrets }, MOST_CYCLES);
    }
    return wanted;
  }

  async #readSecrets(cycleId: string): Promise<Secrets> {
    const rows = await loadSecrets(this.#pool, cycleId);
    return new Map(rows.map((row) => [`${row.stepId}/${row.name}`, row.ciphertext]));
  }
}

function readVersion(row: StoredVersion | undefined): Version | undefined {
  if (row === undefined) return undefined;
  const { id, number, partnerId } = row;
  const version = { id, number, partnerId, compiled: new Map() };
  const read = orProblem(row, () => {
    const graph = JSON.parse(row.graph) as Graph;
    // The door alone reads the secrets of webhook steps, for their checks.
    const hasSecrets = graph.steps.some((step) => {
      const definition = definitionOf(step.type);
      return !definition?.webhook && definition?.fields.some((field) => field.kind === "secret");
    });
    return { graph, hasSecrets };
  });
  return read instanceof StepError ? { ...version, graph: read, hasSecrets: false } : { ...version, ...read };
}

function compiledOf(version: Version | undefined, { stepId }: Wanted): Compiled {
  if (version === undefined) return undefined;
  const { graph, compiled } = version;
  if (graph instanceof StepError) return graph;
  if (!compiled.has(stepId))
    compiled.set(
      stepId,
      orProblem(version, () => compileVersion(graph, stepId)),
    );
  return compiled.get(stepId);
}

/**
 * What `make` gives, or what a version's transactions fail with when it throws: the version is at fault, so its transactions
 * end, and those that are loaded with them go on.
 */
function orProblem<T>({ id, number }: { id: string; number: number }, make: () => T): T | StepError {
  try {
    return make();
  } catch (error) {
    log.error({ err: error, version: id, number }, "a version can't be run");
    return new StepError(
      "bad_settings",
      `Version ${number} of this cycle can't be run. Open the cycle in the builder, publish it again and replay this ` +
        "transaction. If it fails again, whoever runs Spoke finds the reason in the log.",
      { detail: (error as Error).message, cause: error },
    );
  }
}

function decrypted(ciphertext: string | undefined): string | undefined {
  if (ciphertext === undefined) return undefined;
  try {
    return decryptSecret(ciphertext);
  } catch (error) {
    throw new StepError(
      "auth_failed",
      "The stored secret can't be decrypted with this installation's keys. Type it again in Step Setup.",
      { detail: (error as Error).message, cause: error },
    );
  }
}

/** Puts an entry at the end of a map, and drops the first ones when there are too many. A map keeps the order of insertion. */
function keep<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const first of map.keys()) {
    if (map.size <= most) return;
    map.delete(first);
  }
}
