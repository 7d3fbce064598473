import type { ExplanationView } from "@/lib/contracts/security";
import { withContext } from "@/lib/http/route";
import { explainReceipt } from "@/lib/services/webhooks/explain";

export const GET = withContext<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await explainReceipt(ctx, params.id)) satisfies ExplanationView),
);
