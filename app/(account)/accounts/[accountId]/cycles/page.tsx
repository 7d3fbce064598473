import { CyclesPage } from "@/components/cycles/cycles-page";

export const metadata = { title: "Cycles" };

type Props = { params: Promise<{ accountId: string }> };

export default async function Page({ params }: Props) {
  return <CyclesPage accountId={(await params).accountId} />;
}
