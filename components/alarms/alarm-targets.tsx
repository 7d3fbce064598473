"use client";

import { Link2, Mail, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { AddAlarmTargetInput, type AlarmTargetView, type NotificationChannelName } from "@/lib/contracts/alarms";

export type AlarmTargetsProps = {
  targets: readonly AlarmTargetView[];
  /** Whether e-mail can be sent at all. */
  email: boolean;
  readOnly: boolean;
  onAdd: (input: AddAlarmTargetInput) => Promise<{ secret: string | null }>;
  onRemove: (targetId: string) => void;
};

/** Who is told: e-mail addresses and URLs. */
export function AlarmTargets({ targets, email, readOnly, onAdd, onRemove }: AlarmTargetsProps) {
  return (
    <div className="flex flex-col gap-2">
      <h4 className="text-sm font-medium">Who is told</h4>
      {targets.length === 0 && <p className="text-sm text-muted">Nobody yet.</p>}
      <ul aria-label="Who is told" className="flex flex-col gap-1">
        {targets.map(({ id, channel, address }) => {
          const Icon = channel === "email" ? Mail : Link2;
          return (
            <li key={id} className="flex items-center gap-2 rounded-md border px-2 py-0.5">
              <Icon
                aria-label={channel === "email" ? "E-mail" : "URL"}
                role="img"
                className="size-4 shrink-0 text-muted"
              />
              <span className="min-w-0 flex-1 text-sm break-all">{address}</span>
              {!readOnly && <IconButton icon={X} size="sm" label={`Remove ${address}`} onClick={() => onRemove(id)} />}
            </li>
          );
        })}
      </ul>
      {!email && (
        <p className="text-sm text-muted">
          Spoke has no mail server, so only URLs can be told. Whoever runs it can set SMTP_URL and SMTP_FROM.
        </p>
      )}
      {!readOnly && <NewTarget email={email} onAdd={onAdd} />}
    </div>
  );
}

const placeholders = { email: "ops@example.com", webhook: "https://example.com" };

function NewTarget({ email, onAdd }: Pick<AlarmTargetsProps, "email" | "onAdd">) {
  const [channel, setChannel] = useState<NotificationChannelName>(email ? "email" : "webhook");
  const [address, setAddress] = useState("");
  const [error, setError] = useState<string>();
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);

  const add = async (event: FormEvent) => {
    event.preventDefault();
    const parsed = AddAlarmTargetInput.safeParse({ channel, address: address.trim() });
    if (!parsed.success) return setError(parsed.error.issues[0]?.message);
    setError(undefined);
    setAdding(true);
    try {
      setSecret((await onAdd(parsed.data)).secret);
      setAddress("");
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setAdding(false);
    }
  };

  return (
    <form onSubmit={add} noValidate className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="How"
          value={channel}
          onChange={(event) => setChannel(event.target.value as NotificationChannelName)}
          options={[
            { value: "email", label: "E-mail", disabled: !email },
            { value: "webhook", label: "URL" },
          ]}
          className="w-25! shrink-0"
        />
        <Input
          aria-label={channel === "email" ? "E-mail address" : "URL to tell"}
          placeholder={placeholders[channel]}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          className="min-w-40 flex-1"
        />
        <Button type="submit" loading={adding}>
          Add
        </Button>
      </div>
      {error && <Banner tone="error">{error}</Banner>}
      {secret && (
        <>
          <Banner tone="warn" title="Copy the secret now">
            What is sent is signed with it, by Standard Webhooks. It is not shown again.
          </Banner>
          <CodeBlock label="Signing secret" code={secret} wrap />
        </>
      )}
    </form>
  );
}
