import { BodyError } from "@/lib/core/bodies/body-error";
import { checkJsonLimits } from "@/lib/core/bodies/parse-json";
import { limitErrors } from "./failure";
import type { RunReply } from "./messages";

/**
 * A reply as it is, or failed where a value of it has more than 100,000 keys or 100 levels. Looked at in the thread: who asked for the
 * run has others to serve.
 */
export function limited(reply: RunReply): RunReply {
  try {
    if (reply.returned !== "") checkJsonLimits(reply.returned);
    for (const [, text] of reply.globals) checkJsonLimits(text);
    return reply;
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return { ...reply, returned: "", globals: [], error: limitErrors.tooNested(error.reason) };
  }
}
