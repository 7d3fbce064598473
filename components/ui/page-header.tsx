import { ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

export type Breadcrumb = { label: string; href: string };

export type PageHeaderProps = {
  title: ReactNode;
  /** The pages above this one, the farthest first. */
  breadcrumbs?: readonly Breadcrumb[];
  /** Beside the title: a state, a version. */
  meta?: ReactNode;
  /** One line below the title. */
  description?: ReactNode;
  /** Buttons at the right, the main one last. */
  actions?: ReactNode;
};

/** The head of a page: where it is, its one `<h1>`, and what can be done here. */
export function PageHeader({ title, breadcrumbs = [], meta, description, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-4 gap-y-3">
      <div className="min-w-0 flex-[1_1_20rem]">
        {breadcrumbs.length > 0 && (
          <nav aria-label="Breadcrumb">
            <ol className="flex flex-wrap items-center gap-1 text-sm text-muted">
              {breadcrumbs.map((crumb, index) => (
                <li key={crumb.href} className="flex min-w-0 items-center gap-1">
                  {index > 0 && <ChevronRight aria-hidden className="size-3.5 shrink-0" />}
                  <Link
                    href={crumb.href}
                    title={crumb.label}
                    className="block max-w-80 min-w-0 truncate leading-6 hover:text-fg hover:underline"
                  >
                    {crumb.label}
                  </Link>
                </li>
              ))}
            </ol>
          </nav>
        )}
        <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 text-xl font-semibold break-words">{title}</h1>
          {meta}
        </div>
        {description && <div className="mt-0.5 max-w-180 text-muted text-pretty">{description}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
