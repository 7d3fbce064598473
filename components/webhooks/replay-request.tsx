"use client";

import { Repeat2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { accountPages } from "@/components/frame/urls";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, FieldError } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { REDACTED_HINT } from "@/components/ui/redacted";
import { Switch } from "@/components/ui/switch";
import { Textarea } from "@/components/ui/textarea";
import { useToast } from "@/components/ui/toast";
import { AccountProvider } from "@/lib/client/account";
import { type ReplayHow, useReplayReceipt } from "@/lib/client/replays";
import type { ReceiptView } from "@/lib/contracts/webhooks";
import { REDACTED } from "@/lib/core/redacted";
import { parseRequestText, type RequestText, toRequestText } from "./edited-request";
import { ReplayChoices } from "./replay-choices";
import { unreadBody } from "./unread-body";

type Place = { accountId: string; cycleId: string };

/** Runs a recorded request again, after asking how. Nothing is drawn for requests to no webhook. */
export function ReplayRequest({ receipt }: { receipt: ReceiptView }) {
  const [open, setOpen] = useState(false);
  const { accountId, cycleId } = receipt;
  if (accountId === null || cycleId === null) return null;
  return (
    <>
      <Button size="sm" icon={Repeat2} onClick={() => setOpen(true)}>
        Replay
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        size="lg"
        title="Replay this request"
        description="It runs as a new transaction. Nobody waits for its response, and it is nobody's duplicate."
      >
        <AccountProvider accountId={accountId}>
          <ReplayForm receipt={receipt} place={{ accountId, cycleId }} onClose={() => setOpen(false)} />
        </AccountProvider>
      </Dialog>
    </>
  );
}

function ReplayForm({ receipt, place, onClose }: { receipt: ReceiptView; place: Place; onClose: () => void }) {
  const router = useRouter();
  const toast = useToast();
  const replay = useReplayReceipt(receipt.id);
  const [how, setHow] = useState<ReplayHow>({ checked: false, version: undefined });
  const [editing, setEditing] = useState(receipt.body.cut || unreadBody(receipt) !== null);
  const [text, setText] = useState(() => toRequestText(receipt));
  const parsed = parseRequestText(text, receipt);
  const problem = editing && "problem" in parsed ? parsed.problem : undefined;

  const submit = async () => {
    const request = editing && "request" in parsed ? parsed.request : undefined;
    const done = await replay.mutateAsync({ ...how, request }).catch(() => undefined);
    if (!done) return;
    onClose();
    toast({ title: "Replayed", description: "This is the new transaction." });
    router.push(`${accountPages(place.accountId).transactions}/${done.transactionId}`);
  };

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined) void submit();
      }}
    >
      <ReplayChoices cycleId={place.cycleId} how={how} onChange={setHow} />
      <Switch label="Edit it first" checked={editing} onCheckedChange={setEditing} />
      {editing && <RequestFields receipt={receipt} text={text} onChange={setText} problem={problem} />}
      <FieldError>{replay.error?.message}</FieldError>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" loading={replay.isPending} disabled={problem !== undefined}>
          Replay
        </Button>
      </div>
    </form>
  );
}

type RequestFieldsProps = {
  receipt: ReceiptView;
  text: RequestText;
  problem: string | undefined;
  onChange: (text: RequestText) => void;
};

function RequestFields({ receipt, text, problem, onChange }: RequestFieldsProps) {
  const unread = unreadBody(receipt);
  const isDotted = `${receipt.query} ${receipt.headers.join(" ")}`.includes(REDACTED);
  const change = (changes: Partial<RequestText>) => onChange({ ...text, ...changes });
  return (
    <>
      {receipt.body.cut && (
        <Banner
          tone="warn"
          title={receipt.outcome === "incomplete" ? "The body is not whole" : "Only the beginning of the body was kept"}
        >
          Complete it, or paste the whole of it.
        </Banner>
      )}
      {unread && (
        <Banner tone="warn" title={unread.replace(/\.$/, "")}>
          Paste the whole of it, or replay the request without one.
        </Banner>
      )}
      <Field
        label="Headers"
        hint={`One in a line. The body is read by its Content-Type.${isDotted ? ` ${REDACTED_HINT}` : ""}`}
        error={problem}
      >
        <Textarea
          mono
          rows={6}
          spellCheck={false}
          value={text.headers}
          onChange={(event) => change({ headers: event.target.value })}
        />
      </Field>
      <Field label="Query" optional>
        <Input mono value={text.query} spellCheck={false} onChange={(event) => change({ query: event.target.value })} />
      </Field>
      <Field
        label="Body"
        hint={receipt.body.base64 ? "It is no text, and stays as it came while this is blank." : undefined}
      >
        <Textarea
          mono
          rows={12}
          spellCheck={false}
          value={text.body}
          onChange={(event) => change({ body: event.target.value })}
        />
      </Field>
    </>
  );
}
