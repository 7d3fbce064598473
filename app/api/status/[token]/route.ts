import { getDoor } from "@/lib/webhooks/door";
import { toWebResponse } from "@/lib/webhooks/web-request";

type Context = { params: Promise<{ token: string }> };

export async function GET(request: Request, { params }: Context): Promise<Response> {
  const door = await getDoor();
  const { token } = await params;
  return toWebResponse(await door.status({ token, method: request.method }), request.method);
}
