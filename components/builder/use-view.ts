import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import type { View } from "./builder-context";

/** What the address says is on the canvas, and the way to change it: `?transaction=`, `?version=`, else the draft. */
export function useView(): { view: View; setView: (view: View) => void; stepParam: string | null } {
  const pathname = usePathname();
  const params = useSearchParams();
  const transaction = params.get("transaction");
  const version = params.get("version");
  const view = useMemo<View>(() => {
    if (transaction) return { kind: "run", transactionId: transaction };
    if (version && /^\d+$/.test(version)) return { kind: "version", number: Number(version) };
    return { kind: "draft" };
  }, [transaction, version]);
  const setView = useCallback(
    (next: View) => {
      const query =
        next.kind === "run"
          ? `?transaction=${next.transactionId}`
          : next.kind === "version"
            ? `?version=${next.number}`
            : "";
      window.history.pushState(null, "", pathname + query);
    },
    [pathname],
  );
  return { view, setView, stepParam: params.get("step") };
}
