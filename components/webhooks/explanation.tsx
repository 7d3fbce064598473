import type { ExplanationView } from "@/lib/contracts/security";

/** Why a request was refused: in one sentence, and what explains it, the surest first. */
export function Explanation({ explanation: { summary, findings } }: { explanation: ExplanationView }) {
  return (
    <section aria-label="Explanation" className="flex min-w-0 flex-col gap-2 rounded-md border bg-subtle px-3 py-2">
      <p className="font-medium break-words">{summary}</p>
      {findings.length > 0 && (
        <ul className="flex list-disc flex-col gap-1 pl-5">
          {findings.map(({ text }) => (
            <li key={text} className="break-words">
              {text}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
