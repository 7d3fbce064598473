import { uuid7 } from "@/lib/db/ids";
import { LineCap } from "@/lib/line-cap";
import { log } from "@/lib/log";

/** Lines of one second: a program that asks without end shall not fill the log. */
const LINES_PER_SECOND = 50;

const cap = new LineCap(LINES_PER_SECOND, (lines) => log.info({ lines }, "left out lines about API requests"));

type Params = Record<string, string | readonly string[]>;
type Asker = { ctx: { userId: string | null; partnerId: string }; keyId: string | null };

/** The path with the names of its parameters instead of their values, as far as it has any. */
export function routeOf(path: string, params: Params): string {
  const names = new Map(Object.entries(params).flatMap(([name, value]) => [value].flat().map((part) => [part, name])));
  const shown = path.split("/").map((part) => {
    const name = names.get(decoded(part));
    return name === undefined ? part : `{${name}}`;
  });
  return shown.join("/");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Begins to note a request to the API. `end` gives the answer its `X-Spoke-Request-Id` and logs it: what was only read at
 * `debug`, changes and refusals at `info`, our own failures at `warn`.
 */
export function beginNote(request: Request) {
  const startedMs = performance.now();
  const requestId = uuid7();
  return {
    asker: undefined as Asker | undefined,
    end(response: Response, params: unknown): Response {
      response.headers.set("x-spoke-request-id", requestId);
      const { status } = response;
      const level = status >= 500 ? "warn" : status < 400 && request.method === "GET" ? "debug" : "info";
      if (!log.isLevelEnabled(level)) return response;
      if (level !== "debug" && !log.isLevelEnabled("debug") && !cap.take()) return response;
      const line = {
        method: request.method,
        route: routeOf(new URL(request.url).pathname, (params ?? {}) as Params),
        status,
        ms: Math.round((performance.now() - startedMs) * 10) / 10,
        request: requestId,
        partner: this.asker?.ctx.partnerId,
        user: this.asker?.ctx.userId ?? undefined,
        key: this.asker?.keyId ?? undefined,
      };
      log[level](line, "request to the API");
      return response;
    },
  };
}
