import type { CheckScriptInput, ScriptCheckView, ScriptErrorView } from "@/lib/contracts/scripts";
import type { ScriptError } from "@/lib/script/job";
import { scriptPool } from "@/lib/script/scripts";
import { type AccountContext, requireBuilder } from "../context";

/** A script's error in the words of the API. */
export const errorView = ({ kind, message, line, column }: ScriptError): ScriptErrorView => ({
  kind,
  message,
  line: line ?? null,
  column: column ?? null,
});

/** Says where code is wrong and which events' functions it declares, without running it. */
export async function checkScript(ctx: AccountContext, { form, code }: CheckScriptInput): Promise<ScriptCheckView> {
  requireBuilder(ctx);
  const { error, events } = await scriptPool().check({ accountId: ctx.accountId, code, form });
  return { error: error && errorView(error), events };
}
