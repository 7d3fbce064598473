import { redirect } from "next/navigation";
import { Logo } from "@/components/frame/logo";
import { ThemeSwitch } from "@/components/frame/theme-switch";
import { currentContext } from "@/lib/auth";
import { safeCallback } from "./callback";
import { SignInForm } from "./sign-in-form";

export const metadata = { title: "Sign in" };

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> };

/** Signs a user in, then goes to where they wanted to. Whoever is signed in goes there at once. */
export default async function SignInPage({ searchParams }: Props) {
  const callback = safeCallback((await searchParams).callbackUrl);
  if (await currentContext()) redirect(callback);
  return (
    <div className="relative grid min-h-dvh place-items-center px-4 py-12">
      <div className="absolute top-3 right-3">
        <ThemeSwitch />
      </div>
      <main className="w-full max-w-90">
        <div className="mb-6 flex items-center gap-2.5">
          <Logo className="size-8" />
          <p className="text-xl font-semibold tracking-tight">Spoke</p>
        </div>
        <div className="rounded-md border bg-surface p-6">
          <h1 className="mb-4 text-lg font-semibold">Sign in</h1>
          <SignInForm callback={callback} />
        </div>
      </main>
    </div>
  );
}
