import type { CycleView } from "@/lib/contracts/cycles";
import { withAccount } from "@/lib/http/route";
import { publishCycle } from "@/lib/services/cycles/publish";

export const POST = withAccount<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await publishCycle(ctx, params.id)) satisfies CycleView),
);
