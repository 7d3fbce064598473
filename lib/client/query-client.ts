import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api";

const TRIES_AFTER_THE_FIRST = 2;

/** Sends whoever has no session any more to sign in, and back to where they were. */
function signInWhenUnauthenticated(error: Error): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  const { pathname, search } = window.location;
  if (pathname === "/sign-in") return;
  window.location.assign(`/sign-in?callbackUrl=${encodeURIComponent(pathname + search)}`);
}

/** Refusals stay refusals; a server that is away or fails may be back at the next try. */
function worthAnotherTry(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return !refused && failures < TRIES_AFTER_THE_FIRST;
}

/** The cache of server data, one for the life of the page. An answer 401 leads to the sign-in page. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: signInWhenUnauthenticated }),
    mutationCache: new MutationCache({ onError: signInWhenUnauthenticated }),
    defaultOptions: {
      queries: { staleTime: 5_000, retry: worthAnotherTry },
      mutations: { retry: false },
    },
  });
}
