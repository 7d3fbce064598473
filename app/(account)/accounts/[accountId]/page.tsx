import { redirect } from "next/navigation";
import { accountPages } from "@/components/frame/urls";

type Props = { params: Promise<{ accountId: string }> };

/** An account begins at its cycles. */
export default async function AccountPage({ params }: Props) {
  redirect(accountPages((await params).accountId).cycles);
}
