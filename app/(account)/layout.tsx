import type { ReactNode } from "react";
import { ToSignIn } from "@/components/providers/to-sign-in";
import { currentContext } from "@/lib/auth";

/** Pages of an account are for whoever is signed in; which account it is, is checked one layout further in. */
export default async function SignedInLayout({ children }: { children: ReactNode }) {
  return (await currentContext()) ? children : <ToSignIn />;
}
