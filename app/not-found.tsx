import { SearchX } from "lucide-react";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";

export const metadata = { title: "Not found" };

/** What stands where there is no page, or none for whoever asks. */
export default function NotFoundPage() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        as="h1"
        icon={SearchX}
        title="There is no such page"
        action={
          <LinkButton href="/" variant="primary">
            Go home
          </LinkButton>
        }
      >
        It was deleted, its address is not whole, or it is in an account that is not open to you.
      </EmptyState>
    </main>
  );
}
