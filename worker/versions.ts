import type { Pool } from "pg";
import { StepError } from "@/lib/core/errors";
import type { Graph } from "@/lib/core/graph";
import type { LoadedTransaction } from "@/lib/queue/load";
import { loadSecrets, loadVersions } from "@/lib/queue/load-versions";
import { decryptSecret } from "@/lib/services/secrets/cipher";
import { definitionOf } from "@/lib/steps/definitions";
import { type CompiledVersion, compileVersion } from "./engine/compile";

const MOST_VERSIONS = 1_000;
const MOST_CYCLES = 1_000;
/** A backstop: notifications say when secrets change. */
const SECRETS_MS = 30_000;

type Version = {
  graph: Graph | undefined;
  partnerId: string | undefined;
  hasSecrets: boolean;
  compiled: Map<string, CompiledVersion | undefined>;
};
/** Encrypted, by `stepId/name`. */
type Secrets = ReadonlyMap<string, string>;
type Wanted = Pick<LoadedTransaction, "versionId" | "cycleId" | "stepId">;

/** A loaded transaction with all that it takes to run. `version` is undefined when it is gone or lacks the first step. */
export type PreparedTransaction = LoadedTransaction & {
  version: CompiledVersion | undefined;
  /** Whose account it is; undefined when its version is gone. */
  partnerId: string | undefined;
  /** A step's stored secret, decrypted; undefined when none is stored. Throws a StepError when it can't be decrypted. */
  secret: (stepId: string, name: string) => string | undefined;
};

/** Keeps versions ready to run, and the secrets that their steps call with; those used last are kept longest. */
export class Versions {
  readonly #pool: Pool;
  readonly #versions = new Map<string, Version>();
  readonly #secrets = new Map<string, { at: number; secrets: Secrets }>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Gives transactions what they run with, and reads what is not known yet. */
  async prepare(transactions: readonly LoadedTransaction[]): Promise<PreparedTransaction[]> {
    const versions = await this.#versionsOf(new Set(transactions.map((transaction) => transaction.versionId)));
    const withSecrets = transactions.filter(({ versionId }) => versions.get(versionId)?.hasSecrets);
    const secrets = await this.#secretsOf(new Set(withSecrets.map((transaction) => transaction.cycleId)));
    return transactions.map((transaction) => ({
      ...transaction,
      version: compiled(versions.get(transaction.versionId), transaction),
      partnerId: versions.get(transaction.versionId)?.partnerId,
      secret: (stepId, name) => decrypted(secrets.get(transaction.cycleId)?.get(`${stepId}/${name}`)),
    }));
  }

  /** Forgets the secrets of cycles that changed; without ids, of all. */
  forgetSecrets(cycleIds?: readonly string[]): void {
    if (cycleIds === undefined) this.#secrets.clear();
    else for (const id of cycleIds) this.#secrets.delete(id);
  }

  async #versionsOf(ids: ReadonlySet<string>): Promise<Map<string, Version>> {
    const unknown = [...ids].filter((id) => !this.#versions.has(id));
    const rows = unknown.length > 0 ? await loadVersions(this.#pool, unknown) : [];
    const read = new Map(rows.map((row) => [row.id, row]));
    const wanted = new Map<string, Version>();
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

function readVersion(row: { graph: string; partnerId: string } | undefined): Version {
  const graph = row === undefined ? undefined : (JSON.parse(row.graph) as Graph);
  const hasSecrets = (graph?.steps ?? []).some((step) =>
    definitionOf(step.type)?.fields.some((field) => field.kind === "secret"),
  );
  return { graph, partnerId: row?.partnerId, hasSecrets, compiled: new Map() };
}

function compiled(version: Version | undefined, { stepId }: Wanted): CompiledVersion | undefined {
  if (!version?.graph) return undefined;
  if (!version.compiled.has(stepId)) version.compiled.set(stepId, compileVersion(version.graph, stepId));
  return version.compiled.get(stepId);
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
