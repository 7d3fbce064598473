import { SystemPage } from "@/components/system/system-page";

export const metadata = { title: "System" };

export default function Page() {
  return <SystemPage />;
}
