import type { z } from "zod";
import { CreateUserInput, type UserList, type UserView } from "@/lib/contracts/accounts";
import { readJson } from "@/lib/http/read-json";
import { withPartnerAdmin } from "@/lib/http/route";
import { createUser } from "@/lib/services/users/create";
import { listUsers } from "@/lib/services/users/list";

export const GET = withPartnerAdmin(async ({ ctx }) => {
  const entries = await listUsers(ctx);
  return Response.json({ entries } satisfies z.infer<typeof UserList>);
});

export const POST = withPartnerAdmin(async ({ request, ctx }) => {
  const input = CreateUserInput.parse(await readJson(request));
  return Response.json((await createUser(ctx, input)) satisfies UserView, { status: 201 });
});
