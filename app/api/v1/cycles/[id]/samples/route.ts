import type { z } from "zod";
import { type SampleList, SampleQuery } from "@/lib/contracts/cycles";
import { withAccount } from "@/lib/http/route";
import { listSamples } from "@/lib/services/samples/list";

export const GET = withAccount<{ id: string }>(async ({ params, query, ctx }) => {
  const entries = await listSamples(ctx, params.id, SampleQuery.parse(query));
  return Response.json({ entries } satisfies z.infer<typeof SampleList>);
});
