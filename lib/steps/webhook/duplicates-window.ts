/** Seconds in each unit that a window is set in. */
export const windowUnits = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
export type WindowUnit = keyof typeof windowUnits;

/** A window in the largest unit that gives a whole number: 7,200 s are 2 hours. */
export function splitWindow(seconds: number): { amount: number; unit: WindowUnit } {
  const units = (Object.keys(windowUnits) as WindowUnit[]).toReversed();
  const unit = units.find((name) => seconds >= windowUnits[name] && seconds % windowUnits[name] === 0) ?? "seconds";
  return { amount: seconds / windowUnits[unit], unit };
}
