import type { LineChartProps } from "./line-chart";

/** The numbers of a chart, the newest first; what is not known is a dash. */
export function ChartTable({ label, lines, times, format }: Omit<LineChartProps, "scaleUnit">) {
  const places = times.map((_, index) => times.length - 1 - index);
  return (
    <section
      aria-label={`${label}, table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-60 overflow-auto rounded-sm border scroll-thin"
    >
      <table className="w-full text-left text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            {["Time", ...lines.map(({ look }) => look.label)].map((header, index) => (
              <th
                key={header}
                scope="col"
                className={`sticky top-0 bg-subtle px-2 py-1 text-xs font-medium text-muted ${index > 0 ? "text-right" : ""}`}
              >
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map((place) => (
            <tr key={place} className="border-t">
              <th scope="row" className="px-2 py-1 font-normal whitespace-nowrap text-muted">
                {times[place]}
              </th>
              {lines.map(({ key, values }) => {
                const value = values[place] ?? null;
                return (
                  <td key={key} className="px-2 py-1 text-right whitespace-nowrap">
                    {value === null ? "–" : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
