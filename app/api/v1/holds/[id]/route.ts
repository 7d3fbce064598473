import type { HoldView } from "@/lib/contracts/incidents";
import { withContext } from "@/lib/http/route";
import { getHold } from "@/lib/services/holds/find";

export const GET = withContext<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await getHold(ctx, params.id)) satisfies HoldView),
);
