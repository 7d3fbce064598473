import { ChangePasswordInput } from "@/lib/contracts/accounts";
import { readJson } from "@/lib/http/read-json";
import { withContext } from "@/lib/http/route";
import { writeSessionCookie } from "@/lib/http/session-cookie";
import { changePassword } from "@/lib/services/me/change-password";

export const POST = withContext(async ({ request, ctx }) => {
  const input = ChangePasswordInput.parse(await readJson(request));
  const claim = await changePassword(ctx, input);
  return new Response(null, { status: 204, headers: { "set-cookie": await writeSessionCookie(claim) } });
});
