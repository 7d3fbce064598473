import type { z } from "zod";
import type { VersionDetail } from "@/lib/contracts/cycles";
import { withAccount } from "@/lib/http/route";
import { getVersion } from "@/lib/services/versions/get";

export const GET = withAccount<{ id: string; number: string }>(async ({ params, ctx }) => {
  const version = await getVersion(ctx, params.id, Number(params.number));
  return Response.json(version satisfies z.infer<typeof VersionDetail>);
});
