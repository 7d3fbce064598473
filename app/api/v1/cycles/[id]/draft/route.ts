import type { z } from "zod";
import { SaveDraftInput, type SavedDraft } from "@/lib/contracts/cycles";
import { readJson } from "@/lib/http/read-json";
import { withAccount } from "@/lib/http/route";
import { saveDraft } from "@/lib/services/cycles/save-draft";

export const PUT = withAccount<{ id: string }>(async ({ request, params, ctx }) => {
  const input = SaveDraftInput.parse(await readJson(request));
  return Response.json((await saveDraft(ctx, params.id, input)) satisfies z.infer<typeof SavedDraft>);
});
