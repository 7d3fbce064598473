import type { CycleView } from "@/lib/contracts/cycles";
import { withAccount } from "@/lib/http/route";
import { restoreVersion } from "@/lib/services/versions/restore";

export const POST = withAccount<{ id: string; number: string }>(async ({ params, ctx }) =>
  Response.json((await restoreVersion(ctx, params.id, Number(params.number))) satisfies CycleView),
);
