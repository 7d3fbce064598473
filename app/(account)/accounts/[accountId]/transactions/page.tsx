import { TransactionsPage } from "@/components/transactions/transactions-page";

export const metadata = { title: "Transactions" };

type Props = { params: Promise<{ accountId: string }> };

export default async function Page({ params }: Props) {
  return <TransactionsPage accountId={(await params).accountId} />;
}
