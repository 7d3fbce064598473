import type { CycleView } from "@/lib/contracts/cycles";
import { withAccount } from "@/lib/http/route";
import { stopCycle } from "@/lib/services/cycles/stop";

export const POST = withAccount<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await stopCycle(ctx, params.id)) satisfies CycleView),
);
