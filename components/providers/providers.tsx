"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Providers as FrameProviders } from "@/components/frame/providers";
import { createQueryClient } from "@/lib/client/query-client";

/** What every page needs around it: the cache of server data, tooltips, messages, shortcuts. */
export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  // Until now the page was what the server had drawn: its buttons did nothing, and the pointer over them said so.
  useEffect(() => {
    document.documentElement.dataset.alive = "";
  }, []);
  return (
    <QueryClientProvider client={queryClient}>
      <FrameProviders>{children}</FrameProviders>
    </QueryClientProvider>
  );
}
