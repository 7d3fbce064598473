import type { TestSent } from "@/lib/contracts/alarms";
import { withAccount } from "@/lib/http/route";
import { sendTest } from "@/lib/services/alarms/send-test";

type Params = { id: string; stepId: string };

export const POST = withAccount<Params>(async ({ params, ctx }) =>
  Response.json((await sendTest(ctx, params.id, params.stepId)) satisfies TestSent),
);
