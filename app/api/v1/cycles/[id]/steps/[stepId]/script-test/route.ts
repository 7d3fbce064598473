import { type ScriptTrialView, TryScriptInput } from "@/lib/contracts/scripts";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { tryScript } from "@/lib/services/scripts/try";

export const POST = withAccount<{ id: string; stepId: string }>(async ({ request, params, ctx }) => {
  const input = TryScriptInput.parse(await readJson(request));
  return Response.json((await tryScript(ctx, params.id, params.stepId, input)) satisfies ScriptTrialView);
});
