"use client";

import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { SkeletonLines } from "@/components/ui/skeleton";
import { useAccount } from "@/lib/client/account";
import { cycleDetailQuery, useDeleteCycle } from "@/lib/client/cycle-list";

/** More URLs than this are only counted. */
const LISTED = 5;

export type DeleteCycleDialogProps = {
  cycle: { id: string; name: string };
  onClose: () => void;
  onDeleted: () => void;
};

/** Asks for the cycle's name before it is deleted, and says which webhook URLs go with it. */
export function DeleteCycleDialog({ cycle, onClose, onDeleted }: DeleteCycleDialogProps) {
  const { data: detail } = useQuery(cycleDetailQuery(useAccount(), cycle.id));
  const remove = useDeleteCycle();
  const focusNext = useRef<HTMLElement | null>(null);
  const urls = detail?.webhooks.map(({ url }) => url);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Delete “${cycle.name}”${urls && urls.length > 0 ? ` and its ${counted(urls.length)}` : ""}`}
      consequences={
        <div className="flex flex-col gap-2">
          {urls ? <GoneUrls urls={urls} /> : <SkeletonLines lines={2} />}
          <p>What is queued is discarded. This cannot be undone.</p>
        </div>
      }
      confirmLabel="Delete cycle"
      typeToConfirm={cycle.name.trim()}
      onConfirm={async () => {
        const beside = rowBeside(cycle.id);
        await remove.mutateAsync(cycle.id);
        focusNext.current = beside ?? document.getElementById("main");
        onDeleted();
      }}
      onCloseAutoFocus={(event) => {
        if (!focusNext.current) return;
        event.preventDefault();
        focusNext.current.focus();
      }}
    />
  );
}

/** The link of the row after a cycle's, or of the one before the last: the row itself is about to go. */
function rowBeside(cycleId: string): HTMLElement | null {
  const row = document.querySelector(`tr[data-href$="/${CSS.escape(cycleId)}"]`);
  const beside = row?.nextElementSibling ?? row?.previousElementSibling;
  return beside?.querySelector<HTMLElement>(".row-link") ?? null;
}

const counted = (count: number) => (count === 1 ? "webhook URL" : `${count} webhook URLs`);

function GoneUrls({ urls }: { urls: readonly string[] }) {
  if (urls.length === 0) return null;
  return (
    <>
      <p>{urls.length === 1 ? "Requests to it will get 404:" : "Requests to them will get 404:"}</p>
      <ul className="flex flex-col gap-1 font-mono text-sm text-fg">
        {urls.slice(0, LISTED).map((url) => (
          <li key={url} className="break-all">
            {url}
          </li>
        ))}
        {urls.length > LISTED && <li>and {urls.length - LISTED} more</li>}
      </ul>
    </>
  );
}
