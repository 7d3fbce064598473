"use client";

import { useEffect } from "react";
import { Spinner } from "@/components/ui/spinner";

/** Goes to the sign-in page and from there back to the page in sight, whose address only the browser knows whole. */
export function ToSignIn() {
  useEffect(() => {
    const { pathname, search } = window.location;
    const here = pathname + search;
    window.location.replace(here === "/" ? "/sign-in" : `/sign-in?callbackUrl=${encodeURIComponent(here)}`);
  }, []);
  return (
    <div role="status" className="grid min-h-dvh place-items-center text-muted">
      <span className="flex items-center gap-2">
        <Spinner />
        Going to the sign-in page
      </span>
    </div>
  );
}
