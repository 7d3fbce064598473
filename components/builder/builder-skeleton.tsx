import { Page } from "@/components/frame/page";
import { Skeleton } from "@/components/ui/skeleton";

/** The builder's outline while the cycle is loading. */
export function BuilderSkeleton() {
  return (
    <Page width="full" className="gap-0!">
      <div role="status" className="flex h-12 items-center gap-3 border-b px-3">
        <span className="sr-only">Loading the cycle</span>
        <Skeleton className="h-5 w-40" />
        <Skeleton className="h-4 w-24" />
        <span className="flex-1" />
        <Skeleton className="h-8 w-24" />
        <Skeleton className="h-8 w-24" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className="hidden w-58 flex-col gap-3 border-r bg-surface p-3 md:flex">
          <Skeleton className="h-8 w-full" />
          {["w-24", "w-32", "w-28", "w-20", "w-32"].map((width, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other identity
            <Skeleton key={index} className={`h-6 ${width}`} />
          ))}
        </div>
        <div className="grid flex-1 place-items-center">
          <div className="flex gap-12">
            <Skeleton className="h-20 w-40" />
            <Skeleton className="h-20 w-40" />
          </div>
        </div>
      </div>
    </Page>
  );
}
