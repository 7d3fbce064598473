"use client";
import { X } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Select } from "@/components/ui/select";
import {
  type ComparisonType,
  type ConditionResult,
  comparisonTypes,
  type Operator,
  operatorLabels,
  operators,
  typedOperators,
  unaryOperators,
} from "@/lib/core/conditions";
import type { Mapping } from "@/lib/core/mapping";
import { MappingControl } from "./mapping-control";
import { MatchMark } from "./match-mark";

export type Condition = { left: Mapping; operator: Operator; type: ComparisonType; right: Mapping };

const typeLabels: Record<ComparisonType, string> = {
  auto: "as it is",
  text: "as text",
  number: "as a number",
  date: "as a date",
  boolean: "as true or false",
};

export type ConditionRowProps = {
  number: number;
  condition: Condition;
  result: ConditionResult | undefined;
  readOnly: boolean;
  /** Null removes it. */
  onChange: (condition: Condition | null) => void;
};

/** One comparison: a value, an operator in words, a value, and what it comes to in the sample. */
export function ConditionRow({ number, condition, result, readOnly, onChange }: ConditionRowProps) {
  const unary = unaryOperators.has(condition.operator);
  const name = `Condition ${number}`;
  return (
    <li className="flex flex-col gap-1.5 py-2 first:pt-0 last:pb-0">
      <div className="flex items-start gap-1">
        <div className="min-w-0 flex-1">
          <MappingControl
            label={`${name}: value`}
            needed
            value={condition.left}
            onChange={(left) => onChange({ ...condition, left })}
          />
        </div>
        {!readOnly && (
          <IconButton icon={X} size="sm" label={`Remove condition ${number}`} onClick={() => onChange(null)} />
        )}
      </div>
      <div className="flex gap-1.5">
        <Select
          size="sm"
          aria-label={`${name}: comparison`}
          disabled={readOnly}
          value={condition.operator}
          onChange={(event) => onChange({ ...condition, operator: event.target.value as Operator })}
          options={operators.map((operator) => ({ value: operator, label: operatorLabels[operator] }))}
        />
        {typedOperators.has(condition.operator) && (
          <Select
            size="sm"
            aria-label={`${name}: compared`}
            disabled={readOnly}
            value={condition.type}
            onChange={(event) => onChange({ ...condition, type: event.target.value as ComparisonType })}
            options={comparisonTypes.map((type) => ({ value: type, label: typeLabels[type] }))}
            className="w-36! shrink-0"
          />
        )}
      </div>
      {!unary && (
        <MappingControl
          label={`${name}: compared with`}
          needed
          value={condition.right}
          placeholder={condition.operator === "in-list" ? "open, paid, sent" : undefined}
          onChange={(right) => onChange({ ...condition, right })}
        />
      )}
      {result && (
        <p className="flex items-center gap-1.5 text-xs text-muted">
          <MatchMark matched={result.matched} /> in this sample
          {result.problem && <span className="text-waiting-fg">{result.problem}</span>}
        </p>
      )}
    </li>
  );
}
