import type { z } from "zod";

/** Who may call: anyone; whoever is signed in or has a key; the same inside an account; partner admins. */
export type Access = "anyone" | "signed-in" | "account" | "partner-admin";

/** One method of one path of the API. The OpenAPI document is made from these, and the tests hold the routes to them. */
export type Operation = {
  id: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below /api/v1; parameters in braces. */
  path: string;
  summary: string;
  /** The heading under which it is listed. */
  tag: string;
  access: Access;
  /** Viewers may not. */
  builder?: boolean;
  query?: z.ZodObject;
  input?: z.ZodType;
  /** JSON of this shape; CSV; nothing. */
  output: z.ZodType | "csv" | "nothing";
  /** 200 when left out, 204 for nothing. */
  status?: number;
  /** Error codes beyond those that every operation may give. */
  problems?: readonly string[];
};
