import type { CycleView } from "@/lib/contracts/cycles";
import { withAccount } from "@/lib/http/route";
import { copyCycle } from "@/lib/services/cycles/copy";

export const POST = withAccount<{ id: string }>(async ({ params, ctx }) =>
  Response.json((await copyCycle(ctx, params.id)) satisfies CycleView, { status: 201 }),
);
