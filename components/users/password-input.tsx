"use client";

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Input, type InputProps } from "@/components/ui/input";

/** A password with a button that shows what was typed. Inside a `Field` it is labelled by itself. */
export function PasswordInput(props: Omit<InputProps, "type">) {
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <Input {...props} type={shown ? "text" : "password"} autoCapitalize="off" spellCheck={false} className="pr-9" />
      <IconButton
        icon={shown ? EyeOff : Eye}
        label={shown ? "Hide the password" : "Show the password"}
        size="sm"
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute top-1 right-1"
      />
    </div>
  );
}
