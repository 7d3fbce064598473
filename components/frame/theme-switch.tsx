"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import { buttonClass } from "@/components/ui/button";
import { Menu, MenuChoices } from "@/components/ui/dropdown-menu";
import { chooseTheme, readTheme, subscribeTheme, type Theme } from "./theme";

const options = [
  { value: "system", label: "System", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
] as const;

/** Chooses between the system's theme, light and dark. */
export function ThemeSwitch() {
  const theme = useSyncExternalStore<Theme>(subscribeTheme, readTheme, () => "system");
  const Icon = options.find((option) => option.value === theme)?.icon ?? Monitor;
  return (
    <Menu
      label="Theme"
      className="min-w-36"
      trigger={
        <button type="button" aria-label="Theme" title="Theme" className={buttonClass("ghost", "none", "size-8")}>
          <Icon aria-hidden className="size-4" />
        </button>
      }
    >
      <MenuChoices
        label="Theme"
        value={theme}
        onValueChange={(value) => chooseTheme(value as Theme)}
        options={options}
      />
    </Menu>
  );
}
