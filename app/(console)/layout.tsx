import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { SignedInFrame } from "@/components/providers/signed-in-frame";
import { ToSignIn } from "@/components/providers/to-sign-in";
import { currentContext } from "@/lib/auth";
import { LAST_ACCOUNT_COOKIE } from "@/lib/client/last-account-cookie";
import { getMe } from "@/lib/services/me/get";

/** The frame around the home page and the partner's pages. The navigation still offers the account that was in sight last. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const ctx = await currentContext();
  if (!ctx) return <ToSignIn />;
  const me = await getMe(ctx);
  const last = (await cookies()).get(LAST_ACCOUNT_COOKIE)?.value;
  const lastAccount = me.accounts.find(({ id }) => id === last) ?? me.accounts[0];
  return (
    <SignedInFrame me={me} accountId={null} lastAccountId={lastAccount?.id ?? null}>
      {children}
    </SignedInFrame>
  );
}
