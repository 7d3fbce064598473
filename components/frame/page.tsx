import type { ReactNode } from "react";
import { cx } from "@/components/ui/cx";

const widths = {
  narrow: "mx-auto w-full max-w-180 px-4 pt-4 pb-12 sm:px-6 sm:pt-5",
  wide: "mx-auto w-full max-w-360 px-4 pt-4 pb-12 sm:px-6 sm:pt-5",
  full: "h-[calc(100dvh-var(--frame-top))] overflow-hidden",
};

export type PageProps = {
  /** `narrow` for forms, `wide` for lists, `full` for the canvas: no margins, exactly as high as the window. */
  width?: keyof typeof widths;
  className?: string;
  children: ReactNode;
};

/** The place of a page's content, with its margins and the distance between its parts. */
export function Page({ width = "wide", className, children }: PageProps) {
  return <div className={cx("flex min-w-0 flex-col gap-4", widths[width], className)}>{children}</div>;
}
