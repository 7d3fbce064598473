import { BeginHoldInput, HoldQuery, type HoldView } from "@/lib/contracts/incidents";
import { readJson } from "@/lib/http/read-json";
import { withContext } from "@/lib/http/route";
import { beginHold } from "@/lib/services/holds/begin";
import { listOpenHolds } from "@/lib/services/holds/list";

export const GET = withContext(async ({ query, ctx }) =>
  Response.json({ entries: await listOpenHolds(ctx, HoldQuery.parse(query)) } satisfies { entries: HoldView[] }),
);

export const POST = withContext(async ({ request, ctx }) =>
  Response.json((await beginHold(ctx, BeginHoldInput.parse(await readJson(request)))) satisfies HoldView),
);
