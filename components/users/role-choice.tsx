"use client";

import { RadioGroup } from "@/components/ui/radio-group";
import { RoleName, roles } from "@/lib/contracts/common";
import { roleNames } from "./role-names";

export type RoleChoiceProps = {
  value: RoleName;
  onValueChange: (role: RoleName) => void;
  error?: string;
  /** Roles to choose from; all when left out. */
  offered?: readonly RoleName[];
};

/** Chooses a role; each says what it may do. */
export function RoleChoice({ value, onValueChange, error, offered = roles }: RoleChoiceProps) {
  return (
    <RadioGroup
      legend="Role"
      value={value}
      onValueChange={(role) => onValueChange(RoleName.parse(role))}
      options={offered.map((role) => ({ value: role, label: roleNames[role].label, hint: roleNames[role].may }))}
      error={error}
    />
  );
}
