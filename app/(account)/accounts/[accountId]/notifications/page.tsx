import { NotificationsPage } from "@/components/notifications/notifications-page";

export const metadata = { title: "Notifications" };

type Props = { params: Promise<{ accountId: string }> };

export default async function Page({ params }: Props) {
  return <NotificationsPage accountId={(await params).accountId} />;
}
