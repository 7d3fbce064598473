"use client";
import { Plus, X } from "lucide-react";
import { Fragment } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Segmented } from "@/components/ui/segmented";
import { evaluateGroups, type GroupsResult, type Join, unaryOperators } from "@/lib/core/conditions";
import type { Json } from "@/lib/core/json";
import type { Mapping } from "@/lib/core/mapping";
import { type Condition, ConditionRow } from "./condition-row";
import { useExpressionValues } from "./expression-values";
import { type FieldScope, mappingProblem, previewOf, useFieldScope } from "./field-scope";
import { MatchMark } from "./match-mark";

export type ConditionGroup = { join: Join; conditions: Condition[] };

export type ConditionGroupsProps = {
  join: Join;
  groups: readonly ConditionGroup[];
  onJoinChange: (join: Join) => void;
  onChange: (groups: ConditionGroup[]) => void;
};

const joinOptions = [
  { value: "and", label: "All" },
  { value: "or", label: "Any" },
] as const;

const newCondition = (): Condition => ({
  left: { source: "step-field", stepId: "", path: [] },
  operator: "equals",
  type: "auto",
  right: { source: "value", text: "" },
});

/** Groups of conditions joined by and / or, each with what it comes to in the sample. */
export function ConditionGroups({ join, groups, onJoinChange, onChange }: ConditionGroupsProps) {
  const scope = useFieldScope();
  const { readOnly } = scope;
  const valueIn = useExpressionValues(mappingsOf(groups));
  const result = resultInSample(scope, valueIn, join, groups);
  const setGroup = (index: number, group: ConditionGroup | null) =>
    onChange(groups.toSpliced(index, 1, ...(group ? [group] : [])));

  return (
    <div className="flex flex-col gap-2">
      {groups.map((group, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a group has no other identity than its place
        <Fragment key={index}>
          {index > 0 && <JoinBetween join={join} readOnly={readOnly} onChange={onJoinChange} />}
          <Group
            index={index}
            group={group}
            result={result?.groups[index]}
            alone={groups.length === 1}
            readOnly={readOnly}
            onChange={(next) => setGroup(index, next)}
          />
        </Fragment>
      ))}
      {!readOnly && (
        <div className="flex gap-2">
          <Button
            size="sm"
            icon={Plus}
            onClick={() => onChange([...groups, { join: "and", conditions: [newCondition()] }])}
          >
            {groups.length === 0 ? "Add a condition" : "Add a group"}
          </Button>
        </div>
      )}
      {result && (
        <p className="flex items-center gap-1.5 rounded-md bg-subtle px-2 py-1.5 text-sm">
          <MatchMark matched={result.matched} />
          With this sample the step leaves by {result.matched ? "True" : "False"}.
        </p>
      )}
    </div>
  );
}

function JoinBetween({ join, readOnly, onChange }: { join: Join; readOnly: boolean; onChange: (join: Join) => void }) {
  if (readOnly) return <p className="text-center text-sm text-muted">{join}</p>;
  return (
    <div className="flex justify-center">
      <Segmented
        label="Between the groups"
        size="sm"
        value={join}
        onValueChange={onChange}
        options={[
          { value: "and", label: "and" },
          { value: "or", label: "or" },
        ]}
      />
    </div>
  );
}

type GroupProps = {
  index: number;
  group: ConditionGroup;
  result: GroupsResult["groups"][number] | undefined;
  alone: boolean;
  readOnly: boolean;
  onChange: (group: ConditionGroup | null) => void;
};

function Group({ index, group, result, alone, readOnly, onChange }: GroupProps) {
  const setConditions = (conditions: Condition[]) =>
    onChange(conditions.length === 0 ? null : { ...group, conditions });
  return (
    <fieldset className="flex min-w-0 flex-col gap-2 rounded-md border p-2">
      <legend className="sr-only">Group {index + 1}</legend>
      {(group.conditions.length > 1 || !alone) && (
        <div className="flex items-center gap-2 text-sm text-muted">
          {group.conditions.length > 1 && (
            <>
              {readOnly ? (
                <span>{group.join === "and" ? "All" : "Any"}</span>
              ) : (
                <Segmented
                  label={`Group ${index + 1} holds when`}
                  size="sm"
                  value={group.join}
                  onValueChange={(join) => onChange({ ...group, join })}
                  options={joinOptions}
                />
              )}
              <span>of these hold</span>
            </>
          )}
          {result && !alone && <MatchMark matched={result.matched} />}
          {!readOnly && !alone && (
            <IconButton
              icon={X}
              size="sm"
              label={`Remove group ${index + 1}`}
              className="ml-auto"
              onClick={() => onChange(null)}
            />
          )}
        </div>
      )}
      <ul className="flex flex-col divide-y">
        {group.conditions.map((condition, place) => (
          <ConditionRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no other identity than its place
            key={place}
            number={place + 1}
            condition={condition}
            result={result?.results[place]}
            readOnly={readOnly}
            onChange={(next) => setConditions(group.conditions.toSpliced(place, 1, ...(next ? [next] : [])))}
          />
        ))}
      </ul>
      {!readOnly && (
        <Button
          size="sm"
          variant="ghost"
          icon={Plus}
          className="self-start"
          onClick={() => setConditions([...group.conditions, newCondition()])}
        >
          Add a condition
        </Button>
      )}
    </fieldset>
  );
}

/** The mappings that the groups compare. */
const mappingsOf = (groups: readonly ConditionGroup[]): Mapping[] =>
  groups.flatMap(({ conditions }) =>
    conditions.flatMap(({ left, operator, right }) => (unaryOperators.has(operator) ? [left] : [left, right])),
  );

/** What the conditions come to in the sample; undefined while something they read is missing from the graph, or not computed. */
function resultInSample(
  scope: FieldScope,
  valueIn: ReturnType<typeof useExpressionValues>,
  join: Join,
  groups: readonly ConditionGroup[],
): GroupsResult | undefined {
  const isKnown = (mapping: Mapping) =>
    mappingProblem(scope, mapping) === undefined && (mapping.source !== "script" || valueIn(mapping)?.error === null);
  const known = groups.length > 0 && mappingsOf(groups).every(isKnown);
  if (!known || scope.sources.every((source) => source.sample === undefined)) return undefined;
  const value = (mapping: Mapping): Json | undefined => previewOf(scope, mapping, (script) => valueIn(script)?.value);
  return evaluateGroups(
    { join, groups: [...groups] },
    groups.map(({ conditions }) => conditions.map(({ left, right }) => ({ left: value(left), right: value(right) }))),
  );
}
