"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { PasswordInput } from "@/components/users/password-input";
import { signInProblem } from "./sign-in-problem";

/** E-mail and password. `callback` is the path to go to once signed in. */
export function SignInForm({ callback }: { callback: string }) {
  const [problem, setProblem] = useState<string>();
  const [working, setWorking] = useState(false);

  const submit = async (form: FormData) => {
    const email = String(form.get("email") ?? "").trim();
    const password = String(form.get("password") ?? "");
    if (email === "" || password === "") return setProblem("Type your e-mail address and your password.");
    setWorking(true);
    const answer = await signIn("credentials", { redirect: false, email, password }).catch(() => null);
    if (answer?.ok) return window.location.assign(callback);
    setProblem(signInProblem(answer?.error));
    setWorking(false);
  };

  return (
    <form
      noValidate
      // What is sent before the page is alive: React keeps it, and does it then.
      action={submit}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!working) void submit(new FormData(event.currentTarget));
      }}
    >
      {problem && <Banner tone="error">{problem}</Banner>}
      <Field label="E-mail">
        <Input type="email" name="email" autoComplete="username" autoFocus />
      </Field>
      <Field label="Password">
        <PasswordInput name="password" autoComplete="current-password" />
      </Field>
      <Button type="submit" variant="primary" size="lg" loading={working}>
        Sign in
      </Button>
    </form>
  );
}
