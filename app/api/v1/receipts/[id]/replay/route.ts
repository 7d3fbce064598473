import type { z } from "zod";
import { ReplayReceiptInput } from "@/lib/contracts/replays";
import type { ReplayResult } from "@/lib/contracts/transactions";
import { readJson } from "@/lib/http/read-json";
import { withContext } from "@/lib/http/route";
import { replayReceipt } from "@/lib/services/receipts/replay";

export const POST = withContext<{ id: string }>(async ({ request, params, ctx }) => {
  const input = ReplayReceiptInput.parse(await readJson(request));
  const transactionId = await replayReceipt(ctx, params.id, input);
  return Response.json({ transactionId } satisfies z.infer<typeof ReplayResult>, { status: 201 });
});
