import type { CycleView } from "@/lib/contracts/cycles";
import { withAccount } from "@/lib/http/route";
import { finishCycle } from "@/lib/services/cycles/finish";

export const POST = withAccount<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await finishCycle(ctx, params.id)) satisfies CycleView),
);
