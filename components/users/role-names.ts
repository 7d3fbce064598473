import type { RoleName } from "@/lib/contracts/common";

/** The words of each role, and what it may do. */
export const roleNames: Record<RoleName, { label: string; may: string }> = {
  "partner-admin": { label: "Partner admin", may: "Everything, in all accounts." },
  builder: { label: "Builder", may: "Draws, starts and replays in the chosen accounts." },
  viewer: { label: "Viewer", may: "Looks at the chosen accounts, changes nothing." },
};
