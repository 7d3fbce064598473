import { getPool, getPrisma } from "@/lib/db/client";
import { enterAccount } from "@/lib/services/accounts/enter";
import { authenticateKey } from "@/lib/services/api-keys/authenticate";
import { type AccountContext, type Context, requirePartnerAdmin } from "@/lib/services/context";
import { ServiceError } from "@/lib/services/errors";
import { loadSession } from "@/lib/services/sessions/load";
import { toProblem } from "./problem";
import { beginNote } from "./request-note";
import { requireSameOrigin } from "./same-origin";
import { readCookie, readSessionToken, sessionCookieName } from "./session-cookie";

const ACCOUNT_HEADER = "x-spoke-account";

/** What a route's handler gets: the request, the parameters of its path and query, and who asks. */
export type Call<P, C> = { request: Request; params: P; query: Record<string, string>; ctx: C };
type Handler<P, C> = (call: Call<P, C>) => Promise<Response>;
type Route<P> = (request: Request, segment: { params: Promise<P> }) => Promise<Response>;

type Asker = { ctx: Context; keyAccountId: string | null; keyId: string | null };

async function authenticate(request: Request): Promise<Asker> {
  const databases = { db: getPrisma(), pool: getPool() };
  const authorization = request.headers.get("authorization");
  if (authorization !== null) {
    const key = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? "";
    const known = await authenticateKey(databases, key);
    if (!known) throw new ServiceError("unauthenticated", "The API key isn't known, or it was revoked.");
    return { ctx: known.ctx, keyAccountId: known.accountId, keyId: known.keyId };
  }
  const claim = await readSessionToken(readCookie(request.headers.get("cookie"), sessionCookieName()));
  const ctx = claim && (await loadSession(databases, claim));
  if (!ctx) throw new ServiceError("unauthenticated", "Sign in, or send an API key as a bearer token.");
  requireSameOrigin(request);
  return { ctx, keyAccountId: null, keyId: null };
}

async function pickAccount({ ctx, keyAccountId }: Asker, request: Request): Promise<AccountContext> {
  const accountId = request.headers.get(ACCOUNT_HEADER) ?? keyAccountId;
  if (accountId === null)
    throw new ServiceError("account_needed", "Say which account it is about: send its id as X-Spoke-Account.");
  return enterAccount(ctx, accountId);
}

/** The parameters of a URL. Throws `invalid` for what no text in the database can have. */
function readQuery(url: string): Record<string, string> {
  const query = Object.fromEntries(new URL(url).searchParams);
  const odd = Object.keys(query).find((name) => query[name]!.includes("\0"));
  if (odd !== undefined) throw new ServiceError("invalid", `The query parameter ${odd} has a NUL character.`);
  return query;
}

function route<P, C>(handler: Handler<P, C>, contextOf: (asker: Asker, request: Request) => C | Promise<C>): Route<P> {
  return async (request, segment) => {
    const note = beginNote(request);
    try {
      const asker = await authenticate(request);
      note.asker = asker;
      const ctx = await contextOf(asker, request);
      const query = readQuery(request.url);
      const response = await handler({ request, params: await segment.params, query, ctx });
      if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
      return note.end(response, await segment.params);
    } catch (error) {
      return note.end(toProblem(error, request), await segment.params);
    }
  };
}

/** A route for whoever is signed in or has a key. Whatever its handler throws becomes a problem document. */
export const withContext = <P = object>(handler: Handler<P, Context>): Route<P> => route(handler, ({ ctx }) => ctx);

/** A route inside the account that `X-Spoke-Account` or the key names; any other account is `not_found`. */
export const withAccount = <P = object>(handler: Handler<P, AccountContext>): Route<P> => route(handler, pickAccount);

/** A route for partner admins and for keys that stand for one. */
export const withPartnerAdmin = <P = object>(handler: Handler<P, Context>): Route<P> =>
  route(handler, ({ ctx }) => {
    requirePartnerAdmin(ctx);
    return ctx;
  });
