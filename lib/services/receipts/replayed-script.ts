import { scriptPool } from "@/lib/script/scripts";
import type { WebhookStepData } from "@/lib/webhooks/step-data";
import {
  readVerdict,
  type ScriptedRequest,
  type WebhookEvent,
  type WebhookScript,
} from "@/lib/webhooks/webhook-script";
import { ServiceError } from "../errors";

export type ScriptedReplay = {
  script: WebhookScript;
  /** Before the script, `data` of a body that can't be read holds its text. */
  request: ScriptedRequest;
  isReadable: boolean;
  /** What the script's clock shows, in milliseconds since 1970. */
  receivedAt: number;
};

async function runEvent(event: WebhookEvent, request: ScriptedRequest, { script, receivedAt }: ScriptedReplay) {
  const verdict = readVerdict(event, request, await scriptPool().run(script.job(event, request, receivedAt)));
  switch (verdict.kind) {
    case "goes-on":
      return verdict.request;
    case "answered":
    case "ignored":
      throw new ServiceError("conflict", `The script begins no transaction for it: ${verdict.reason}`);
    case "failed":
      throw new ServiceError("conflict", `The script failed: ${verdict.reason}`);
    case "busy":
      throw new ServiceError("unavailable", "Too many scripts run at the moment. Try again later.");
    default:
      return verdict satisfies never;
  }
}

/** What the webhook's script makes of a request, as at the door; undefined when its body stays unreadable. Throws `conflict` where it ends it. */
export async function scriptedData(replay: ScriptedReplay): Promise<WebhookStepData | undefined> {
  const { script, request } = replay;
  const before = script.before ? await runEvent("before_webhook", request, replay) : request;
  if (!replay.isReadable && before.data.body === request.data.body) return undefined;
  return (script.after ? await runEvent("after_webhook", before, replay) : before).data;
}
