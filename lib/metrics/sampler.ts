import { hostname } from "node:os";
import { uuid7 } from "@/lib/db/ids";
import { log } from "@/lib/log";
import { thinProcessSamples, writeProcessSample } from "@/lib/queue/process-samples";
import type { Db } from "@/lib/queue/statement";
import { createCollector } from "./collect";
import type { Figures } from "./figures";
import type { MetricSources } from "./registry";

const EVERY_MS = 10_000;
const SAMPLES_PER_THINNING = 6;
const LAST_MS = 2_000;

export type SamplerOptions = Pick<MetricSources, "kind" | "version" | "pools" | "queue" | "worker"> & { db: Db };

/**
 * Writes this process's figures into the database every 10 s, so that any process can show the whole installation. While the
 * database is away nothing is written, and nothing is lost: counts go on. The first process of all looks at the queue, too.
 */
export class Sampler {
  readonly id = uuid7();
  readonly #options: SamplerOptions;
  readonly #collector: ReturnType<typeof createCollector>;
  readonly #timer: NodeJS.Timeout;
  #isFirst = false;
  #written = 0;
  #databaseSeconds: number | null = null;
  #underWay: Promise<void> | undefined;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#collector = createCollector(options);
    this.#timer = setInterval(() => this.#begin(), EVERY_MS).unref();
    this.#begin();
  }

  /** Writes the last sample, if the database takes it at once, and ends. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const last = (this.#underWay ?? Promise.resolve()).then(() => this.sample({ isLast: true }));
    await Promise.race([last, new Promise((resolve) => setTimeout(resolve, LAST_MS).unref())]);
    this.#collector.close();
  }

  /** Writes one sample now. It never rejects. */
  async sample({ isLast = false } = {}): Promise<void> {
    const { db, kind, version, queue } = this.#options;
    try {
      const figures: Figures = {
        ...this.#collector.take(),
        databaseSeconds: this.#databaseSeconds,
        queue: this.#isFirst && !isLast ? ((await queue()) ?? null) : null,
      };
      const startedMs = performance.now();
      const { isFirst } = await writeProcessSample(db, {
        id: this.id,
        kind: kind === "web" ? "WEB" : "WORKER",
        host: hostname(),
        pid: process.pid,
        version,
        uptimeMs: Math.round(process.uptime() * 1_000),
        figures: JSON.stringify(figures),
        isLast,
      });
      this.#databaseSeconds = (performance.now() - startedMs) / 1_000;
      this.#isFirst = isFirst;
      if (isFirst && this.#written++ % SAMPLES_PER_THINNING === 0) await thinProcessSamples(db);
    } catch (error) {
      log.debug({ err: error }, "the figures of this process could not be written");
    }
  }

  #begin(): void {
    this.#underWay ??= this.sample().finally(() => {
      this.#underWay = undefined;
    });
  }
}
