import type { RoleName } from "@/lib/contracts/common";
import type { ServiceRole } from "./context";

const NAMES: Record<ServiceRole, RoleName> = { PARTNER_ADMIN: "partner-admin", BUILDER: "builder", VIEWER: "viewer" };
const ROLES: Record<RoleName, ServiceRole> = { "partner-admin": "PARTNER_ADMIN", builder: "BUILDER", viewer: "VIEWER" };

/** A role in the words of the API. */
export const roleName = (role: ServiceRole): RoleName => NAMES[role];

/** A role in the words of the database. */
export const roleOf = (name: RoleName): ServiceRole => ROLES[name];
