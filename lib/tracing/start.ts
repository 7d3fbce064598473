import { log } from "@/lib/log";
import { setActiveTracing } from "./active";
import { Complaints } from "./complaints";
import { Ids } from "./spans";
import { Tracing } from "./tracing";

const FLUSH_MS = 3_000;

type Variables = Record<string, string | undefined>;

/** Whether the standard's variables ask for traces. */
export const wantsTraces = (variables: Variables): boolean =>
  Boolean(variables.OTEL_EXPORTER_OTLP_ENDPOINT || variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) &&
  variables.OTEL_SDK_DISABLED?.toLowerCase() !== "true" &&
  variables.OTEL_TRACES_EXPORTER?.toLowerCase() !== "none";

/**
 * Begins to trace this process when the environment asks for it, and loads the SDK only then. What is wrong with the
 * settings is logged, and the process goes on untraced.
 */
export async function startTracing(role: "web" | "worker", variables: Variables = process.env): Promise<void> {
  if (!wantsTraces(variables)) return;
  try {
    setActiveTracing(await createTracing(role));
    log.info({ role }, "traces are sent");
  } catch (error) {
    log.error({ err: error }, "traces can't be sent, going on without them");
  }
}

/** The packages are imported here and not above: a bundler would load them at every start. */
async function createTracing(role: string): Promise<Tracing> {
  const [api, sdk, resources, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/resources"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const complaints = new Complaints((complaint) => log.warn(complaint, "traces were not sent"));
  const complain = (...texts: unknown[]) => complaints.note(texts.map(String).join(" "));
  const silent = () => {};
  api.diag.setLogger(
    { error: complain, warn: complain, info: silent, debug: silent, verbose: silent },
    { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const ids = new Ids();
  const provider = new sdk.BasicTracerProvider({
    idGenerator: ids,
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ "service.name": "spoke", "spoke.process": role }))
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const stop = async () => {
    setActiveTracing(undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FLUSH_MS);
    });
    await Promise.race([provider.shutdown().catch(complain), late]);
    clearTimeout(timer);
    complaints.close();
  };
  return new Tracing({ api, ids, tracer: provider.getTracer("spoke"), onError: complain, stop });
}
