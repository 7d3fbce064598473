"use client";

import { useMemo, useState } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { JsonView } from "@/components/ui/json-view";
import { Segmented } from "@/components/ui/segmented";

export type BodyViewProps = {
  label: string;
  /** The body as text in its charset, or null when it is none. */
  text: string | null;
  /** The bytes, when they are no text. */
  base64?: string | null;
  contentType: string | null;
};

type Mode = "json" | "text" | "raw";
const labels: Record<Mode, string> = { json: "JSON", text: "Text", raw: "Raw" };

/** A body: as a JSON tree where it is JSON, as wrapped text, or as it was sent. */
export function BodyView({ label, text, base64 = null, contentType }: BodyViewProps) {
  const json = useMemo(() => readJson(text), [text]);
  const modes: Mode[] = text === null ? ["raw"] : json ? ["json", "text", "raw"] : ["text", "raw"];
  const [chosen, setChosen] = useState<Mode>();
  const mode = chosen && modes.includes(chosen) ? chosen : modes[0];

  if ((text === null || text === "") && !base64) return <p className="text-muted">No body</p>;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 font-mono text-sm break-words text-muted">{contentType ?? "no content type"}</p>
        {modes.length > 1 && (
          <Segmented
            label={`Show ${label} as`}
            size="sm"
            value={mode ?? "raw"}
            onValueChange={setChosen}
            options={modes.map((value) => ({ value, label: labels[value] }))}
          />
        )}
      </div>
      {mode === "json" && json ? (
        <JsonView label={label} value={json.value} />
      ) : (
        <CodeBlock
          label={text === null ? `${label}, base64` : label}
          code={text ?? base64 ?? ""}
          wrap={mode === "text" || text === null}
        />
      )}
    </div>
  );
}

function readJson(text: string | null): { value: unknown } | null {
  if (text === null || !/^\s*[[{"\dtfn-]/.test(text)) return null;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
