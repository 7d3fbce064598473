/** The mark of the product: a hub and its spokes. Decoration; the name stands beside it. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" className={className}>
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <g className="fill-none stroke-on-accent" strokeWidth="1.75" strokeLinecap="round">
        <circle cx="12" cy="12" r="7.25" />
        <path d="M12 4.75v4.5M18.28 15.62l-3.9-2.25M5.72 15.62l3.9-2.25" />
      </g>
      <circle cx="12" cy="12" r="2.25" className="fill-on-accent" />
    </svg>
  );
}
