import { AccountsPage } from "@/components/accounts/accounts-page";

export const metadata = { title: "Accounts" };

export default function Page() {
  return <AccountsPage />;
}
