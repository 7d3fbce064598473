import { attachment } from "@/lib/http/attachment";
import { withAccount } from "@/lib/http/route";
import { exportCycle } from "@/lib/services/cycles/export";

export const GET = withAccount<{ id: string }>(async ({ params, ctx }) => {
  const { name, text } = await exportCycle(ctx, params.id);
  return new Response(text, { headers: { "content-type": "application/json", ...attachment(`${name}.json`) } });
});
