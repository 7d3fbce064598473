import type { ReactNode } from "react";
import { SignedInFrame } from "@/components/providers/signed-in-frame";
import { requireAccount } from "@/lib/auth";
import { getMe } from "@/lib/services/me/get";

type Props = { params: Promise<{ accountId: string }>; children: ReactNode };

/** The frame around the pages of one account. Another's account is a page not found. */
export default async function AccountLayout({ params, children }: Props) {
  const { accountId } = await params;
  const ctx = await requireAccount(accountId);
  return (
    <SignedInFrame me={await getMe(ctx)} accountId={accountId}>
      {children}
    </SignedInFrame>
  );
}
