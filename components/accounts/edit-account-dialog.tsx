"use client";

import { useState } from "react";
import { inBytes, inMegabytes, LimitField, limitIn, limitText, megabytesText } from "@/components/holds/limit-field";
import { FormDialog } from "@/components/providers/form-dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { type AccountView, UpdateAccountInput } from "@/lib/contracts/accounts";
import { KEPT_DAYS } from "@/lib/core/partition-days";

export type EditAccountDialogProps = {
  account: AccountView;
  onClose: () => void;
  onSave: (input: UpdateAccountInput) => Promise<unknown>;
};

const NOT_A_LIMIT = "Type a whole number from 1 to 1,000,000, or nothing.";

/** A number as it was typed; blank is none. */
const numberIn = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));

/** Changes an account's name, its limits and how long its transactions are kept. */
export function EditAccountDialog({ account, onClose, onSave }: EditAccountDialogProps) {
  const [name, setName] = useState(account.name);
  const [limit, setLimit] = useState(String(account.parallelLimit));
  const [completedDays, setCompletedDays] = useState(String(account.retainCompletedDays));
  const [failedDays, setFailedDays] = useState(String(account.retainFailedDays));
  const [rate, setRate] = useState(limitText(account.requestsPerSecond));
  const [burst, setBurst] = useState(limitText(account.requestBurst));
  const [stored, setStored] = useState(limitText(inMegabytes(account.storedBytesLimit)));
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={`Edit “${account.name}”`}
      submitLabel="Save"
      schema={UpdateAccountInput}
      values={() => ({
        name,
        parallelLimit: numberIn(limit),
        retainCompletedDays: numberIn(completedDays),
        retainFailedDays: numberIn(failedDays),
        requestsPerSecond: limitIn(rate),
        requestBurst: limitIn(burst),
        storedBytesLimit: inBytes(limitIn(stored)),
      })}
      onSubmit={onSave}
    >
      {(errors) => (
        <>
          <Field label="Name" error={errors.name}>
            <Input autoFocus autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field
            label="Parallel limit"
            hint="Transactions of this account that may run at the same time, so that one customer cannot starve another."
            error={errors.parallelLimit && "Type a whole number from 1 to 10,000."}
          >
            <Input
              type="number"
              inputMode="numeric"
              min={1}
              max={10_000}
              value={limit}
              onChange={(event) => setLimit(event.target.value)}
            />
          </Field>
          <DaysField
            label="Keep completed transactions"
            hint="Days after their end, 31 at most. Then they are gone for good, with their requests. 0 removes them within minutes."
            error={errors.retainCompletedDays}
            value={completedDays}
            onChange={setCompletedDays}
          />
          <DaysField
            label="Keep failed transactions"
            hint="The same for those that failed, were cancelled or were discarded. Nobody can replay what is gone."
            error={errors.retainFailedDays}
            value={failedDays}
            onChange={setFailedDays}
          />
          <LimitField
            label="Requests per second"
            hint="Of all its webhooks together; more are answered 429. Left empty, there is no limit."
            error={errors.requestsPerSecond && NOT_A_LIMIT}
            value={rate}
            onChange={setRate}
          />
          <LimitField
            label="At once"
            hint="How many may come together before they are held to the rate. Left empty: as many as in a second."
            error={errors.requestBurst && NOT_A_LIMIT}
            value={burst}
            onChange={setBurst}
          />
          <LimitField
            label="Stored requests (MB)"
            hint={`Bodies of requests that may be kept; it keeps ${megabytesText(account.storedBytes)} now. At the limit, requests are answered 429.`}
            error={errors.storedBytesLimit && "Type a number of megabytes, or nothing."}
            value={stored}
            onChange={setStored}
          />
        </>
      )}
    </FormDialog>
  );
}

type DaysFieldProps = {
  label: string;
  hint: string;
  error: string | undefined;
  value: string;
  onChange: (value: string) => void;
};

function DaysField({ label, hint, error, value, onChange }: DaysFieldProps) {
  return (
    <Field label={label} hint={hint} error={error && `Type a whole number of days from 0 to ${KEPT_DAYS}.`}>
      <Input
        type="number"
        inputMode="numeric"
        min={0}
        max={KEPT_DAYS}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
