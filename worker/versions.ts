import type { Pool } from "pg";
import type { Graph } from "@/lib/core/graph";
import { loadSecrets, loadVersions } from "@/lib/queue/load-versions";
import { decryptSecret } from "@/lib/services/secrets/cipher";
import { definitionOf } from "@/lib/steps/definitions";
import { type CompiledVersion, compileVersion } from "./engine/compile";

const MOST_VERSIONS = 1_000;
const MOST_CYCLES = 1_000;
/** A backstop: notifications say when secrets change. */
const SECRETS_MS = 30_000;

type Version = { graph: Graph | undefined; hasSecrets: boolean; compiled: Map<string, CompiledVersion | undefined> };
type Secrets = { at: number; byName: ReadonlyMap<string, string> };

/** Keeps versions ready to run, and the secrets that their steps call with. */
export class Versions {
  readonly #pool: Pool;
  readonly #versions = new Map<string, Version>();
  readonly #secrets = new Map<string, Secrets>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Reads what is not known yet, so that `get` and `secret` have it. */
  async prepare(wanted: readonly { versionId: string; cycleId: string }[]): Promise<void> {
    const unknown = new Set(wanted.map((item) => item.versionId).filter((id) => !this.#versions.has(id)));
    if (unknown.size > 0) await this.#loadVersions(unknown);
    const now = performance.now();
    const cycles = new Set(
      wanted.filter((item) => this.#versions.get(item.versionId)?.hasSecrets).map((item) => item.cycleId),
    );
    for (const cycleId of cycles) {
      const known = this.#secrets.get(cycleId);
      if (!known || now - known.at > SECRETS_MS) await this.#loadSecrets(cycleId);
    }
  }

  async #loadVersions(ids: ReadonlySet<string>): Promise<void> {
    if (this.#versions.size + ids.size > MOST_VERSIONS) this.#versions.clear();
    const rows = new Map((await loadVersions(this.#pool, [...ids])).map((row) => [row.id, row.graph]));
    for (const id of ids) {
      const text = rows.get(id);
      const graph = text === undefined ? undefined : (JSON.parse(text) as Graph);
      const hasSecrets = (graph?.steps ?? []).some((step) =>
        definitionOf(step.type)?.fields.some((field) => field.kind === "secret"),
      );
      this.#versions.set(id, { graph, hasSecrets, compiled: new Map() });
    }
  }

  async #loadSecrets(cycleId: string): Promise<void> {
    if (this.#secrets.size >= MOST_CYCLES) this.#secrets.clear();
    const at = performance.now();
    const rows = await loadSecrets(this.#pool, cycleId);
    this.#secrets.set(cycleId, {
      at,
      byName: new Map(rows.map((row) => [`${row.stepId}/${row.name}`, row.ciphertext])),
    });
  }

  /** A version ready to run from a step; undefined when it is not there or has no such step. */
  get(versionId: string, stepId: string): CompiledVersion | undefined {
    const version = this.#versions.get(versionId);
    if (!version?.graph) return undefined;
    if (!version.compiled.has(stepId)) version.compiled.set(stepId, compileVersion(version.graph, stepId));
    return version.compiled.get(stepId);
  }

  /** Whether a version is known, so that `get` says all there is to say. */
  has(versionId: string): boolean {
    return this.#versions.has(versionId);
  }

  /** A step's secret, decrypted. */
  secret(cycleId: string, stepId: string, name: string): string | undefined {
    const ciphertext = this.#secrets.get(cycleId)?.byName.get(`${stepId}/${name}`);
    return ciphertext === undefined ? undefined : decryptSecret(ciphertext);
  }

  /** Forgets the secrets of cycles that changed; without ids, of all. */
  forgetSecrets(cycleIds?: readonly string[]): void {
    if (cycleIds === undefined) this.#secrets.clear();
    else for (const id of cycleIds) this.#secrets.delete(id);
  }
}
