import { firstUuid7At } from "@/lib/core/uuid7-range";
import type { Prisma } from "@/lib/db/client";
import type { Explanation } from "@/lib/webhooks/checks/explain";
import type { Finding } from "@/lib/webhooks/checks/finding";
import type { Context } from "../context";

/** Requests before and after one that are looked at. */
const LOOKED_AT = 200;

/** Outcomes of requests that have passed their check. */
const PASSED: ReadonlySet<string> = new Set([
  ...["ACCEPTED", "DUPLICATE", "NO_MATCH", "KEPT", "FOUND", "NOT_ACTIVE"],
  ...["UNREADABLE", "ANSWERED", "IGNORED", "SCRIPT_FAILED"],
]);

const UNDECIDED: ReadonlySet<Finding["code"]> = new Set(["nothing-matches", "not-all-tried", "not-kept"]);

/** Whether the request itself does not tell if its secret or its body is another. */
export function isUndecided({ reason, findings }: Pick<Explanation, "reason" | "findings">): boolean {
  if (reason?.code === "password-differs") return true;
  const told = findings.filter(({ code }) => code !== "time" && code !== "other-sender");
  return told.length > 0 && told.every(({ code }) => UNDECIDED.has(code));
}

export type Neighbours = {
  receipt: { id: string; webhookId: string; clientIp: string };
  /** Since when check and secret are as they are now. */
  since: Date;
};

/** What the requests around a refused one tell about it; undefined when there are none that were judged by the same. */
export async function explainByOthers(
  { db }: Pick<Context, "db">,
  { receipt: { id, webhookId, clientIp }, since }: Neighbours,
): Promise<Finding | undefined> {
  const around = (ids: Prisma.UuidFilter<"Receipt">, sort: Prisma.SortOrder) =>
    db.receipt.findMany({
      where: { webhookId, AND: [{ id: ids }, { id: { gte: firstUuid7At(since) } }] },
      select: { outcome: true, clientIp: true },
      orderBy: { id: sort },
      take: LOOKED_AT,
    });
  const others = (await Promise.all([around({ lt: id }, "desc"), around({ gt: id }, "asc")])).flat();
  const passed = others.filter(({ outcome }) => PASSED.has(outcome));
  const asNow = "with check and secret as they are now";
  if (passed.some((other) => other.clientIp === clientIp)) {
    const text = `Other requests from ${clientIp} passed ${asNow}, so the stored secret is right: this one was changed on the way, or made with another.`;
    return { code: "others", text };
  }
  if (passed.length > 0) {
    const text = `Requests from other addresses passed ${asNow}, none from ${clientIp}: this one may come from somebody who does not know the secret.`;
    return { code: "others", text };
  }
  if (!others.some(({ outcome }) => outcome === "NOT_VERIFIED")) return undefined;
  const text = `None of the requests around it passed ${asNow}: look at the secret first. If it is the sender's, then something changes every body on the way.`;
  return { code: "others", text };
}
