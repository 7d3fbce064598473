import { HeldPage } from "@/components/held/held-page";

export const metadata = { title: "Held transactions" };

type Props = { params: Promise<{ accountId: string; cycleId: string; stepId: string }> };

export default async function Page({ params }: Props) {
  return <HeldPage {...(await params)} />;
}
