const LIMITED = /^limited:(\d+)$/;

/**
 * What kept someone from signing in and what to do, from the code that the sign-in answered.
 *
 * @param code `invalid`, `limited:<seconds>` or `failed`; none when there was no answer at all
 */
export function signInProblem(code: string | null | undefined): string {
  if (code === "invalid") return "The e-mail address or the password is wrong.";
  const seconds = LIMITED.exec(code ?? "")?.[1];
  if (seconds !== undefined)
    return `Too many attempts. Try again in ${Math.max(1, Math.ceil(Number(seconds) / 60))} min.`;
  if (!code) return "Spoke can't be reached. Check the connection and try again.";
  return "Signing in failed in Spoke. Try again; if it stays, the server's log says why.";
}
