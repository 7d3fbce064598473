import { ContinueInput, type ContinueResult } from "@/lib/contracts/held";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { continueTransaction } from "@/lib/services/held/continue";

export const POST = withAccount<{ id: string }>(async ({ request, params, ctx }) => {
  const input = ContinueInput.parse(await readJson(request));
  const number = await continueTransaction(ctx, params.id, input);
  return Response.json({ number } satisfies ContinueResult, { status: 201 });
});
