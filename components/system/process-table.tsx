import { CircleAlert, CircleCheck } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { type Column, DataTable } from "@/components/ui/data-table";
import { ByteSize, Duration } from "@/components/ui/measures";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ProcessView } from "@/lib/contracts/system";
import { processName } from "./process-name";

const columns: Column<ProcessView>[] = [
  {
    key: "name",
    header: "Process",
    main: true,
    cell: (process) => <span title={processName(process)}>{processName(process)}</span>,
  },
  {
    key: "state",
    header: "State",
    width: "6.5rem",
    cell: ({ silent }) =>
      silent ? (
        <Badge tone="failed" icon={CircleAlert}>
          Silent
        </Badge>
      ) : (
        <Badge tone="ok" icon={CircleCheck}>
          Running
        </Badge>
      ),
  },
  {
    key: "version",
    header: "Version",
    width: "8.75rem",
    cell: ({ version }) => <span title={version}>{version}</span>,
  },
  { key: "since", header: "Runs since", width: "6.25rem", cell: ({ startedAt }) => <TimeAgo date={startedAt} /> },
  { key: "seen", header: "Last seen", width: "5.5rem", cell: ({ lastSeenAt }) => <TimeAgo date={lastSeenAt} /> },
  {
    key: "memory",
    header: "Memory",
    width: "5rem",
    align: "end",
    cell: ({ memoryBytes }) => <ByteSize bytes={memoryBytes} />,
  },
  {
    key: "lag",
    header: "Event loop late",
    width: "7rem",
    align: "end",
    cell: ({ eventLoopLagMs }) => <Duration ms={eventLoopLagMs} />,
  },
  {
    key: "database",
    header: "Database took",
    width: "6.75rem",
    align: "end",
    cell: ({ databaseMs }) => (databaseMs === null ? "–" : <Duration ms={databaseMs} />),
  },
  {
    key: "slots",
    header: "Slots in use",
    width: "6.25rem",
    align: "end",
    cell: ({ slots }) => (slots ? `${slots.used} of ${slots.most}` : "–"),
  },
];

/** The processes of the installation. */
export function ProcessTable({ processes }: { processes: readonly ProcessView[] | undefined }) {
  return (
    <DataTable
      label="Processes"
      columns={columns}
      rows={processes}
      rowKey={({ id }) => id}
      cardAt="lg"
      loadingRows={2}
    />
  );
}
