import { z } from "zod";
import { Id, VersionNumber } from "./common";

const HeaderName = z
  .string()
  .min(1, "A header needs a name")
  .max(200)
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, "A header's name has no blanks, colons or letters beyond ASCII");
const HeaderValue = z
  .string()
  .max(16_384)
  .regex(/^[^\0\r\n]*$/, "A header's value is one line");

const isBase64 = (text: string) => z.base64().safeParse(text).success;

/** A request as it shall be run instead of how it came. Where it shows `••••` as the receipt does, the recorded secret is used. */
export const EditedRequest = z
  .object({
    headers: z.array(z.tuple([HeaderName, HeaderValue])).max(200, "At most 200 headers"),
    /** What follows the question mark of the URL. */
    query: z.string().max(16_384, "At most 16,384 characters"),
    body: z.string(),
    /** `base64` for a body that is no text. */
    encoding: z.enum(["text", "base64"]).default("text"),
  })
  .refine(({ body, encoding }) => encoding === "text" || isBase64(body), {
    path: ["body"],
    error: "This is not base64",
  });
export type EditedRequest = z.infer<typeof EditedRequest>;

const how = {
  /** Run the webhook's address list and check again, as if it came when it came; what they refuse is not replayed. */
  checked: z.boolean().default(false),
  /** The version of the cycle to run on; left out: the published one. */
  version: VersionNumber.optional(),
};

export const ReplayReceiptInput = z.object({ ...how, request: EditedRequest.optional() });
export type ReplayReceiptInput = z.infer<typeof ReplayReceiptInput>;

export const MOST_REPLAYS = 100;

export const ReplayReceiptsInput = z.object({
  ...how,
  receiptIds: z.array(Id).min(1, "Choose a request").max(MOST_REPLAYS, "At most 100 requests at a time"),
});
export type ReplayReceiptsInput = z.infer<typeof ReplayReceiptsInput>;

/** What became of each request, oldest first: its transaction, or why there is none. */
export const ReplayReceiptsResult = z.object({
  results: z.array(z.object({ receiptId: Id, transactionId: Id.nullable(), problem: z.string().nullable() })),
});
export type ReplayReceiptsResult = z.infer<typeof ReplayReceiptsResult>;
