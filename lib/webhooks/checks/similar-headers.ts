import { HubSpotVersion, newCheck, WebhookCheck } from "@/lib/core/webhook-check";
import { checkWords } from "@/lib/core/webhook-senders";
import type { CheckedRequest, CheckSecrets } from "./checked-request";
import type { Finding } from "./finding";
import { type SigningCheck, schemeOf } from "./scheme";
import { verifyRequest } from "./verify";

type Sender = { label: string; check: SigningCheck; header: string };

const presets = WebhookCheck.options
  .map((option) => newCheck(option.shape.kind.value))
  .filter((check): check is SigningCheck => !["none", "token", "basic", "hmac"].includes(check.kind));

/** The senders with presets, with the header that each is known by. */
const senders: Sender[] = presets.flatMap((check) => {
  const header = schemeOf(check)?.header;
  return header === undefined ? [] : [{ label: checkWords[check.kind].label, check, header }];
});

const MAX_NAMED = 5;

/** Headers of a request that may be what a check looked for in vain: another sender's signature, or a name that sounds like one. */
export function similarHeaders(
  check: WebhookCheck,
  secrets: CheckSecrets,
  request: CheckedRequest,
  at: number,
): Finding[] {
  const sent = new Set(request.headers.map(([name]) => name.toLowerCase()));
  const others = senders.filter((sender) => sender.check.kind !== check.kind && sent.has(sender.header.toLowerCase()));
  if (others.length > 0) return others.map((sender) => otherSender(sender, secrets, request, at));
  const names = [...new Set(request.headers.map(([name]) => name))].filter((name) =>
    /signature|hmac|digest|token|api-?key|authorization|secret|(^|-)sign/i.test(name),
  );
  if (names.length > 0) {
    const list = names
      .slice(0, MAX_NAMED)
      .map((name) => name.slice(0, 100))
      .join(", ");
    return [{ code: "similar-header", text: `It came with ${list}: look whether the check means one of these.` }];
  }
  const text = "No header looks like a signature or a token. The sender adds none, or a proxy between removed it.";
  return [{ code: "nothing-similar", text }];
}

function otherSender(sender: Sender, secrets: CheckSecrets, request: CheckedRequest, at: number): Finding {
  const passes = verifyRequest(sender.check, secrets, request, at).ok;
  const came = `It came with ${sender.header}, as ${sender.label} sends it.`;
  const text = passes
    ? `${came} With the check ${sender.label} and the stored secret it passes.`
    : `${came} Choose the check ${sender.label}, if this webhook is for it.`;
  return { code: "other-sender", text };
}

/** HubSpot signs in three versions: says which of the others the request passes by. */
export function otherVersion(
  check: WebhookCheck,
  secrets: CheckSecrets,
  request: CheckedRequest,
  at: number,
): Finding[] {
  if (check.kind !== "hubspot") return [];
  const passing = HubSpotVersion.options.find(
    (version) => version !== check.version && verifyRequest({ ...check, version }, secrets, request, at).ok,
  );
  if (passing === undefined) return [];
  const text = `With version ${passing} of HubSpot's signature it passes. Choose that version in the check.`;
  return [{ code: "form", text }];
}
