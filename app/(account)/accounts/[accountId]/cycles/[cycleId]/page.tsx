import { BuilderPage } from "@/components/builder/builder-page";

export const metadata = { title: "Builder" };

type Props = { params: Promise<{ cycleId: string }> };

export default async function Page({ params }: Props) {
  return <BuilderPage cycleId={(await params).cycleId} />;
}
