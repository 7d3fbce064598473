import type { ReactNode } from "react";
import { requirePartner } from "@/lib/auth";

/** The partner's pages; for everybody else they are not found. */
export default async function PartnerLayout({ children }: { children: ReactNode }) {
  await requirePartner();
  return children;
}
