"use client";

import { CircleX, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { accountPages } from "@/components/frame/urls";
import { Dialog } from "@/components/ui/dialog";
import { LinkButton } from "@/components/ui/link-button";
import type { CheckProblem } from "@/lib/contracts/cycles";

export type StartRefusedDialogProps = {
  accountId: string;
  cycle: { id: string; name: string };
  problems: readonly CheckProblem[];
  onClose: () => void;
};

/** What keeps a cycle from starting, each with a way to the step in the builder. */
export function StartRefusedDialog({ accountId, cycle, problems, onClose }: StartRefusedDialogProps) {
  const builder = `${accountPages(accountId).cycles}/${cycle.id}`;
  const sorted = [...problems].sort((one, other) => rank(one) - rank(other));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`“${cycle.name}” cannot start yet`}
      description={`${problems.filter(({ severity }) => severity === "error").length} to complete:`}
      footer={
        <LinkButton variant="primary" href={builder}>
          Open the builder
        </LinkButton>
      }
    >
      <ul className="flex flex-col divide-y rounded-md border">
        {sorted.map((problem) => (
          <li key={`${problem.stepId} ${problem.field} ${problem.message}`} className="flex gap-2 px-3 py-2">
            {problem.severity === "error" ? (
              <CircleX aria-label="Error" role="img" className="mt-0.5 size-4 shrink-0 text-failed-fg" />
            ) : (
              <TriangleAlert aria-label="Warning" role="img" className="mt-0.5 size-4 shrink-0 text-waiting-fg" />
            )}
            {problem.stepId ? (
              <Link
                href={`${builder}?step=${encodeURIComponent(problem.stepId)}`}
                className="min-w-0 break-words text-accent-fg hover:underline"
              >
                {problem.message}
              </Link>
            ) : (
              <p className="min-w-0 break-words">{problem.message}</p>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

const rank = ({ severity }: CheckProblem) => (severity === "error" ? 0 : 1);
