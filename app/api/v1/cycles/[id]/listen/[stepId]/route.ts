import { ListenQuery, type ListenView } from "@/lib/contracts/listen";
import { withAccount } from "@/lib/http/route";
import { lookForRequest } from "@/lib/services/listen/look";
import { startListening } from "@/lib/services/listen/start";

type Params = { id: string; stepId: string };

export const POST = withAccount<Params>(async ({ params, ctx }) =>
  Response.json((await startListening(ctx, params.id, params.stepId)) satisfies ListenView),
);

export const GET = withAccount<Params>(async ({ params, query, ctx }) => {
  const { since } = ListenQuery.parse(query);
  return Response.json((await lookForRequest(ctx, params.id, params.stepId, since)) satisfies ListenView);
});
