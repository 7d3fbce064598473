import { type Operator, unaryOperators } from "@/lib/core/conditions";
import type { Mapping, NamedMapping, ScriptMapping } from "@/lib/core/mapping";
import type { Field, Settings } from "./types";

/** An expression that a step's settings map a value from. */
export type Expression = {
  field: Field;
  /** Which mapping it is, in a sentence: "total in Body fields", "Property of the transaction". */
  place: string;
  mapping: ScriptMapping;
};

type Place = { place: string; mapping: Mapping };

/** The expressions of the given fields of a step, in order. The settings are those that its definition has parsed. */
export function expressionsOf(fields: readonly Field[], settings: Settings): Expression[] {
  return fields.flatMap((field) =>
    placesOf(field, settings[field.key]).flatMap(({ place, mapping }) =>
      mapping.source === "script" ? [{ field, place, mapping }] : [],
    ),
  );
}

function placesOf({ kind, label }: Field, value: Settings[string] | undefined): Place[] {
  switch (kind) {
    case "mapping":
      return value === undefined ? [] : [{ place: label, mapping: value as Mapping }];
    case "named-mappings":
      return ((value ?? []) as NamedMapping[]).map(({ name, value: mapping }, index) => ({
        place: `${name.trim() || `field ${index + 1}`} in ${label}`,
        mapping,
      }));
    case "conditions":
      return groupsOf(value).flatMap(({ conditions }, group, groups) =>
        conditions.flatMap((condition, index) => {
          const of = groups.length > 1 ? `condition ${index + 1} of group ${group + 1}` : `condition ${index + 1}`;
          const left = { place: `the value in ${of}`, mapping: condition.left };
          const right = { place: `what ${of} compares with`, mapping: condition.right };
          return unaryOperators.has(condition.operator) ? [left] : [left, right];
        }),
      );
    default:
      return [];
  }
}

type Group = { conditions: { left: Mapping; operator: Operator; right: Mapping }[] };

const groupsOf = (value: Settings[string] | undefined) => (value ?? []) as unknown as Group[];
