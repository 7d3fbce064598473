import { Fragment } from "react";
import { REDACTED } from "@/lib/core/redacted";

/** For forms in which a request is changed. */
export const REDACTED_HINT = `${REDACTED} is a secret that is not shown; left as it is, the recorded one is used.`;

/** Text in which dots stand for secrets; these are muted, and say what they are. */
export function Redacted({ text }: { text: string }) {
  return text.split(REDACTED).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have nothing else, and stay
    <Fragment key={index}>
      {index > 0 && (
        <span title="Secret, not shown" className="text-muted">
          <span aria-hidden>{REDACTED}</span>
          <span className="sr-only">Secret, not shown</span>
        </span>
      )}
      {part}
    </Fragment>
  ));
}
