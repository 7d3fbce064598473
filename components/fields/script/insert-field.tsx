"use client";
import { Braces } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { VARIABLE_STEP_ID } from "@/lib/core/merge-text";
import { PickerContent } from "../merge-input";
import { PathPicker } from "../path-picker";
import { codePath } from "./script-names";

/** Puts a field of an earlier step, as code reads it, where the cursor stands. */
export function InsertField({ onInsert, onClosed }: { onInsert: (code: string) => void; onClosed: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button size="sm" icon={Braces}>
          Insert a field
        </Button>
      </Popover.Trigger>
      <PickerContent label="Fields of earlier steps" onClosed={onClosed}>
        <PathPicker
          withVariables
          onPick={(stepId, path) => {
            onInsert(codePath(stepId === VARIABLE_STEP_ID ? ["cycle_variables", ...path] : ["steps", stepId, ...path]));
            setOpen(false);
          }}
        />
      </PickerContent>
    </Popover.Root>
  );
}
