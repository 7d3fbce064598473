import { cx } from "@/components/ui/cx";
import type { Json } from "@/lib/core/json";
import type { JsonChange, JsonChanges } from "@/lib/core/json-changes";
import { formatPath } from "@/lib/core/path";
import { shortValue } from "./script-names";

const SHOWN_CHARS = 300;

/** What a script changed in its data, place by place: what was there, and what is there now. */
export function TryChanges({ changes: { changes, more } }: { changes: JsonChanges }) {
  if (changes.length === 0) return <p className="text-sm text-muted">The data is as it was.</p>;
  return (
    <>
      <ul
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Changes"
        className="focus-inset max-h-80 overflow-y-auto rounded-md border bg-surface text-sm scroll-thin"
      >
        {changes.map((change) => (
          <Change key={formatPath(change.path)} change={change} />
        ))}
      </ul>
      {more > 0 && <p className="text-sm text-muted">And {more.toLocaleString("en")} more.</p>}
    </>
  );
}

function Change({ change }: { change: JsonChange }) {
  return (
    <li className="flex flex-col gap-0.5 border-b px-2 py-1 last:border-b-0">
      <span className="font-mono text-xs break-all text-muted">{formatPath(change.path)}</span>
      {change.kind !== "added" && <Value sign="−" word="before" value={change.before} className="text-failed-fg" />}
      {change.kind !== "removed" && <Value sign="+" word="after" value={change.after} className="text-ok-fg" />}
    </li>
  );
}

function Value({ sign, word, value, className }: { sign: string; word: string; value: Json; className: string }) {
  return (
    <span className={cx("flex gap-1.5 font-mono break-all", className)}>
      <span aria-hidden>{sign}</span>
      <span className="sr-only">{word}: </span>
      {shortJson(value)}
    </span>
  );
}

const shortJson = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}… (${shortValue(value)})` : text;
};
