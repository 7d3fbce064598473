import { SystemQuery, type SystemView } from "@/lib/contracts/system";
import { withPartnerAdmin } from "@/lib/http/route";
import { getSystem } from "@/lib/services/system/get";

export const GET = withPartnerAdmin(async ({ query, ctx }) =>
  Response.json((await getSystem(ctx, SystemQuery.parse(query))) satisfies SystemView),
);
