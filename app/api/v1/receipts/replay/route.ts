import { ReplayReceiptsInput, type ReplayReceiptsResult } from "@/lib/contracts/replays";
import { readJson } from "@/lib/http/read-json";
import { withContext } from "@/lib/http/route";
import { replayReceipts } from "@/lib/services/receipts/replay";

export const POST = withContext(async ({ request, ctx }) => {
  const input = ReplayReceiptsInput.parse(await readJson(request));
  return Response.json((await replayReceipts(ctx, input)) satisfies ReplayReceiptsResult);
});
