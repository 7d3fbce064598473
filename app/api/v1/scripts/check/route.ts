import { CheckScriptInput, type ScriptCheckView } from "@/lib/contracts/scripts";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { checkScript } from "@/lib/services/scripts/check";

export const POST = withAccount(async ({ request, ctx }) => {
  const input = CheckScriptInput.parse(await readJson(request));
  return Response.json((await checkScript(ctx, input)) satisfies ScriptCheckView);
});
