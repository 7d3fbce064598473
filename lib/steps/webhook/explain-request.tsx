"use client";
import { Lightbulb } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { Explanation } from "@/components/webhooks/explanation";
import { useExplainRequest } from "@/lib/client/security";
import { parsePastedRequest } from "@/lib/core/pasted-request";

export type ExplainRequestProps = { cycleId: string; stepId: string; flush: () => Promise<boolean> };

const EXAMPLE = `POST /api/webhook/… HTTP/1.1
Content-Type: application/json
X-Signature: sha256=…

{"order":{"id":"A-10"}}`;

/** Takes a request that was refused, pasted whole, and says why. */
export function ExplainRequest({ cycleId, stepId, flush }: ExplainRequestProps) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const explain = useExplainRequest({ cycleId, stepId });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    explain.reset();
    const pasted = parsePastedRequest(text);
    setProblem("problem" in pasted ? pasted.problem : undefined);
    if ("problem" in pasted) return;
    // What is explained is the check as it stands here.
    await flush();
    explain.mutate(pasted.request);
  };

  return (
    <Dialog
      size="lg"
      title="Explain a request"
      description="Paste a request that was refused: its headers, a blank line and its body as they were sent, or a curl command. It is checked by the settings shown in this step and the stored secrets, and nothing is kept."
      trigger={
        <Button size="sm" icon={Lightbulb} className="self-start">
          Explain a request
        </Button>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label="Request" error={problem ?? explain.error?.message}>
          <Textarea
            mono
            rows={10}
            value={text}
            spellCheck={false}
            placeholder={EXAMPLE}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        <Button
          type="submit"
          variant="primary"
          className="self-start"
          loading={explain.isPending}
          disabled={text.trim() === ""}
        >
          Explain
        </Button>
        <div aria-live="polite">{explain.data && <Explanation explanation={explain.data} />}</div>
      </form>
    </Dialog>
  );
}
