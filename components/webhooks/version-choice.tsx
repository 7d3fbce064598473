"use client";

import { useQuery } from "@tanstack/react-query";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { useAccount } from "@/lib/client/account";
import { versionsQuery } from "@/lib/client/versions";

export type VersionChoiceProps = {
  cycleId: string;
  /** A version's number; undefined: the published one. */
  version: number | undefined;
  onChange: (version: number | undefined) => void;
};

/** On which version of a cycle something is run again. Inside the cycle's account. */
export function VersionChoice({ cycleId, version, onChange }: VersionChoiceProps) {
  const { data: versions } = useQuery(versionsQuery(useAccount(), cycleId));
  const options = [
    { value: "", label: "The published version" },
    ...(versions?.entries.map(({ number }) => ({ value: String(number), label: `Version ${number}` })) ?? []),
  ];
  return (
    <Field label="Run on">
      <Select
        value={version === undefined ? "" : String(version)}
        options={options}
        onChange={({ target: { value } }) => onChange(value === "" ? undefined : Number(value))}
      />
    </Field>
  );
}
