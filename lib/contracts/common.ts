import { z } from "zod";

export const Id = z.uuid();
export const Time = z.iso.datetime({ offset: true });

/** The number of a cycle's version, as far as the database can count. */
export const VersionNumber = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31 - 1);

/** Pages by cursor: `next` is null on the last page. */
export const pageOf = <T extends z.ZodType>(entry: T) =>
  z.object({ entries: z.array(entry), next: z.string().nullable() });

export const PageQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** RFC 9457 problem document. `code` is stable; `detail` says what happened and what to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  /** What was wrong with the input, field by field. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

export const roles = ["partner-admin", "builder", "viewer"] as const;
export const RoleName = z.enum(roles);
export type RoleName = z.infer<typeof RoleName>;

export const Empty = z.object({});
