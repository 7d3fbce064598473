"use client";
import { Copy, CopyPlus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { useBuilder } from "./builder-context";

/** What can be done with several steps at once. */
export function SelectionPanel() {
  const { commands, readOnly } = useBuilder();
  return (
    <div className="flex flex-col items-start gap-2">
      <CopyButton value={() => commands.copyText() ?? ""} what="the selected steps" label="Copy" />
      {!readOnly && (
        <>
          <Button size="sm" icon={CopyPlus} onClick={commands.duplicate}>
            Duplicate
          </Button>
          <Button size="sm" icon={Trash2} onClick={commands.removeSelection}>
            Delete
          </Button>
        </>
      )}
      <p className="flex items-center gap-1.5 pt-2 text-sm text-muted">
        <Copy aria-hidden className="size-3.5" />
        Copied steps can be pasted into any cycle, in another browser too.
      </p>
    </div>
  );
}
