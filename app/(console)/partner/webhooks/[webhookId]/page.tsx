import { WebhookDetailPage } from "@/components/webhooks/webhook-detail-page";

export const metadata = { title: "Webhook" };

type Props = { params: Promise<{ webhookId: string }> };

export default async function Page({ params }: Props) {
  return <WebhookDetailPage webhookId={(await params).webhookId} />;
}
