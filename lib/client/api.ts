import type { z } from "zod";
import { Problem } from "@/lib/contracts/common";

/** An answer of the API that is not 2xx, or none at all (`status` 0). `message` is for the user. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** The whole problem document, with its extra members. */
  readonly problem: Record<string, unknown>;

  constructor(status: number, code: string, message: string, problem: Record<string, unknown> = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

type Options = { query?: Record<string, string | number | boolean | undefined>; signal?: AbortSignal };

export type Api = {
  get<T>(path: string, schema: z.ZodType<T>, options?: Options): Promise<T>;
  post<T>(path: string, body: unknown, schema: z.ZodType<T>, options?: Options): Promise<T>;
  put<T>(path: string, body: unknown, schema: z.ZodType<T>, options?: Options): Promise<T>;
  patch<T>(path: string, body: unknown, schema: z.ZodType<T>, options?: Options): Promise<T>;
  delete<T>(path: string, schema: z.ZodType<T>, options?: Options): Promise<T>;
  /** The answer as it is, to the byte: for files. */
  file(path: string, options?: Options): Promise<Blob>;
};

async function readProblem(response: Response): Promise<ApiError> {
  const document: unknown = await response.json().catch(() => null);
  const problem = Problem.safeParse(document);
  if (!problem.success) {
    return new ApiError(response.status, "unknown", `Spoke answered ${response.status}. Try again in a moment.`);
  }
  return new ApiError(response.status, problem.data.code, problem.data.detail, document as Record<string, unknown>);
}

/**
 * The one `fetch` of the browser. Every answer is parsed with its contract; everything else is an ApiError.
 *
 * @param accountId sent as `X-Spoke-Account`; null for what belongs to the partner
 */
export function createApi(accountId: string | null): Api {
  async function request(method: string, path: string, body: unknown, options: Options = {}): Promise<Response> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) query.set(name, String(value));
    const url = `/api/v1${path}${query.size > 0 ? `?${query}` : ""}`;
    const headers: Record<string, string> = { accept: "application/json" };
    if (accountId !== null) headers["x-spoke-account"] = accountId;
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(url, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.signal,
    }).catch((cause: unknown) => {
      if (options.signal?.aborted) throw cause;
      throw new ApiError(
        0,
        "offline",
        "Spoke can't be reached. Check the connection; your work is kept here meanwhile.",
      );
    });
    if (!response.ok) throw await readProblem(response);
    return response;
  }
  async function send<T>(method: string, path: string, body: unknown, schema: z.ZodType<T>, options?: Options) {
    const response = await request(method, path, body, options);
    return schema.parse(response.status === 204 ? {} : await response.json());
  }
  return {
    get: (path, schema, options) => send("GET", path, undefined, schema, options),
    post: (path, body, schema, options) => send("POST", path, body ?? {}, schema, options),
    put: (path, body, schema, options) => send("PUT", path, body ?? {}, schema, options),
    patch: (path, body, schema, options) => send("PATCH", path, body ?? {}, schema, options),
    delete: (path, schema, options) => send("DELETE", path, undefined, schema, options),
    file: async (path, options) => (await request("GET", path, undefined, options)).blob(),
  };
}
