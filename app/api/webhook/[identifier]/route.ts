import { getDoor } from "@/lib/webhooks/door";
import { fromWebRequest, toWebResponse } from "@/lib/webhooks/web-request";

type Context = { params: Promise<{ identifier: string }> };

async function handle(request: Request, { params }: Context): Promise<Response> {
  const door = await getDoor();
  const { identifier } = await params;
  return toWebResponse(await door.receive(fromWebRequest(request, identifier, door)), request.method);
}

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
