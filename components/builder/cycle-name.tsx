"use client";
import { useState } from "react";
import { useToast } from "@/components/ui/toast";
import { useRenameCycle } from "@/lib/client/cycle-list";
import type { CycleView } from "@/lib/contracts/cycles";

/** The cycle's name, renamed where it stands: Enter keeps it, Escape leaves it as it was. */
export function CycleName({ cycle, canEdit }: { cycle: CycleView; canEdit: boolean }) {
  const [typed, setTyped] = useState<string>();
  const rename = useRenameCycle();
  const toast = useToast();
  if (!canEdit)
    return (
      <h1 title={cycle.name} className="min-w-0 truncate font-semibold">
        {cycle.name}
      </h1>
    );

  const keep = () => {
    const name = typed?.trim();
    if (!name || name === cycle.name) return setTyped(undefined);
    rename.mutate(
      { id: cycle.id, name },
      {
        onError: (error) => toast({ title: "The name was not changed", description: error.message, tone: "failed" }),
        // What is typed meanwhile stays.
        onSettled: () => setTyped((now) => (now === typed ? undefined : now)),
      },
    );
  };
  const shown = typed ?? cycle.name;
  return (
    <>
      <h1 className="sr-only">{cycle.name}</h1>
      <input
        aria-label="Name of the cycle"
        title={shown}
        value={shown}
        maxLength={120}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setTyped(undefined);
        }}
        className="field-sizing-content h-8 max-w-60 min-w-16 truncate rounded-md border border-transparent bg-transparent px-1.5 font-semibold hover:border-edge"
      />
    </>
  );
}
