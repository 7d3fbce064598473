"use client";
import { ListPlus } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/dropdown-menu";
import { declares, type ScriptTemplate } from "./script-templates";

export type InsertMenuProps = {
  templates: readonly ScriptTemplate[];
  code: string;
  onInsert: (code: string) => void;
};

/** Adds a function to begin with at the end of the code; those whose event has one already can't be added. */
export function InsertMenu({ templates, code, onInsert }: InsertMenuProps) {
  if (templates.length === 0) return null;
  return (
    <Menu
      align="start"
      trigger={
        <Button size="sm" icon={ListPlus}>
          Insert
        </Button>
      }
    >
      {templates.map((template) => {
        const there = declares(code, template.event);
        return (
          <MenuItem
            key={template.label}
            disabled={there}
            hint={there ? `${template.event}() is there already` : template.hint}
            onSelect={() => onInsert(template.code)}
          >
            {template.label}
          </MenuItem>
        );
      })}
    </Menu>
  );
}
