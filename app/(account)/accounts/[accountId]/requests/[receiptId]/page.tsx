import { ReceiptPage } from "@/components/webhooks/receipt-page";

export const metadata = { title: "Request" };

type Props = { params: Promise<{ accountId: string; receiptId: string }> };

export default async function Page({ params }: Props) {
  const { accountId, receiptId } = await params;
  return <ReceiptPage key={receiptId} accountId={accountId} receiptId={receiptId} />;
}
