import { TransactionDetailPage } from "@/components/transactions/transaction-detail-page";

export const metadata = { title: "Transaction" };

type Props = { params: Promise<{ accountId: string; transactionId: string }> };

export default async function Page({ params }: Props) {
  const { accountId, transactionId } = await params;
  return <TransactionDetailPage key={transactionId} accountId={accountId} transactionId={transactionId} />;
}
