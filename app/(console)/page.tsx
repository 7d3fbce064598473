import { redirect } from "next/navigation";
import { HomePage } from "@/components/accounts/home-page";
import { accountPages } from "@/components/frame/urls";
import { requireSession } from "@/lib/auth";
import { getMe } from "@/lib/services/me/get";

export const metadata = { title: "Home" };

/** Home: the accounts. Whoever may enter only one account, and is no partner admin, begins in it. */
export default async function Page() {
  const me = await getMe(await requireSession());
  const [only, ...others] = me.accounts;
  if (me.role !== "partner-admin" && only && others.length === 0) redirect(accountPages(only.id).cycles);
  return <HomePage />;
}
