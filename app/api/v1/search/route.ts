import type { z } from "zod";
import { SearchQuery, type SearchResults } from "@/lib/contracts/accounts";
import { withContext } from "@/lib/http/route";
import { search } from "@/lib/services/search/search";

export const GET = withContext(async ({ query, ctx }) => {
  const entries = await search(ctx, SearchQuery.parse(query).q);
  return Response.json({ entries } satisfies z.infer<typeof SearchResults>);
});
