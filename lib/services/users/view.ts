import type { UserView } from "@/lib/contracts/accounts";
import type { Prisma } from "@/lib/db/client";
import { roleName } from "../roles";

/** What a view of a user is made from. The hash of the password is never read. */
export const userColumns = {
  id: true,
  name: true,
  email: true,
  role: true,
  createdAt: true,
  lastSignInAt: true,
  disabledAt: true,
  memberships: {
    where: { account: { deletedAt: null } },
    select: { account: { select: { id: true, name: true } } },
    orderBy: { account: { name: "asc" } },
  },
} as const;

type UserRow = Prisma.UserGetPayload<{ select: typeof userColumns }>;

/** A user as partner admins see it. */
export function toUserView(user: UserRow): UserView {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    role: roleName(user.role),
    accounts: user.memberships.map(({ account }) => account),
    createdAt: user.createdAt.toISOString(),
    lastSignInAt: user.lastSignInAt?.toISOString() ?? null,
    disabledAt: user.disabledAt?.toISOString() ?? null,
  };
}
