import { Redacted } from "@/components/ui/redacted";

/** HTTP headers in the order in which they were sent. */
export function HeaderTable({ label, headers }: { label: string; headers: readonly (readonly [string, string])[] }) {
  return (
    <div className="min-w-0 rounded-md border bg-surface">
      <table aria-label={label} className="w-full table-fixed text-sm">
        <tbody>
          {headers.map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice, and the list never changes
            <tr key={index} className="align-baseline not-last:border-b">
              <th
                scope="row"
                className="w-[44%] py-1.5 pr-2 pl-3 text-left font-mono font-normal break-words text-muted sm:w-1/3 sm:pr-3"
              >
                {name}
              </th>
              <td className="py-1.5 pr-3 font-mono break-words">
                <Redacted text={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
