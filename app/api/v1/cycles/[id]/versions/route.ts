import type { z } from "zod";
import type { VersionList } from "@/lib/contracts/cycles";
import { withAccount } from "@/lib/http/route";
import { listVersions } from "@/lib/services/versions/list";

export const GET = withAccount<{ id: string }>(async ({ params, ctx }) => {
  const entries = await listVersions(ctx, params.id);
  return Response.json({ entries } satisfies z.infer<typeof VersionList>);
});
