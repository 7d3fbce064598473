import type { MeView } from "@/lib/contracts/accounts";
import { withContext } from "@/lib/http/route";
import { getMe } from "@/lib/services/me/get";

export const GET = withContext(async ({ ctx }) => Response.json((await getMe(ctx)) satisfies MeView));
