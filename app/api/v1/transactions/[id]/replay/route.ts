import type { z } from "zod";
import { ReplayInput, type ReplayResult } from "@/lib/contracts/transactions";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { replayTransaction } from "@/lib/services/transactions/replay";

export const POST = withAccount<{ id: string }>(async ({ request, params, ctx }) => {
  const input = ReplayInput.parse(await readJson(request));
  const transactionId = await replayTransaction(ctx, params.id, input);
  return Response.json({ transactionId } satisfies z.infer<typeof ReplayResult>, { status: 201 });
});
