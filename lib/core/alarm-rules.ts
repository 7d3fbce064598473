import { z } from "zod";

/** What an alarm may be about, in the order in which it is shown. */
export const alarmRuleNames = ["silence", "refused", "failed"] as const;
export type AlarmRuleName = (typeof alarmRuleNames)[number];

/** A share of what came within a time. */
export const ShareLimit = z.object({
  /** The alarm is raised from this share on. */
  percent: z.number().int().min(1).max(100),
  /** With fewer requests than that, a share says nothing. */
  atLeast: z.number().int().min(1).max(1_000_000).default(10),
  withinMinutes: z.number().int().min(5).max(1_440).default(60),
});
export type ShareLimit = z.infer<typeof ShareLimit>;

/** When to tell someone of a webhook; null: never. */
export const AlarmRules = z.object({
  /** No request came for so long. */
  silence: z
    .object({ hours: z.number().int().min(1).max(720) })
    .nullable()
    .default(null),
  /** Requests that were not taken, of all that came. */
  refused: ShareLimit.nullable().default(null),
  /** Transactions that failed, of the requests that began one. */
  failed: ShareLimit.nullable().default(null),
});
export type AlarmRules = z.infer<typeof AlarmRules>;

export const NO_RULES: AlarmRules = { silence: null, refused: null, failed: null };

/** Whether any rule is set. */
export const hasRules = (rules: AlarmRules): boolean => alarmRuleNames.some((name) => rules[name] !== null);
