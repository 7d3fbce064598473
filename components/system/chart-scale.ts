/** The values of one line; null where nothing is known. */
export type Values = readonly (number | null)[];

/**
 * The least "round" number (1, 2, 2.5 or 5 times a power of ten) of `unit` that all values fit under; one when there are
 * none above 0.
 */
export function roundTop(lines: readonly Values[], unit = 1): number {
  const highest = Math.max(0, ...lines.flatMap((values) => values.map((value) => value ?? 0))) / unit;
  if (highest <= 0) return unit;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= highest * (1 - 1e-9)) ?? 10;
  return step * power * unit;
}

/** The width and height that lines are drawn in; the drawing is stretched to its place. */
export const WIDTH = 1_000;
export const HEIGHT = 100;

const coordinate = (value: number) => String(Math.round(value * 100) / 100);

/**
 * A line as an SVG path: values from left to right, with a gap where nothing is known. A value alone between gaps
 * becomes a short stroke, or nothing of it would be seen.
 */
export function pathOf(values: Values, top: number): string {
  const stepX = values.length > 1 ? WIDTH / (values.length - 1) : WIDTH;
  const parts: string[] = [];
  let isDrawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      isDrawing = false;
      return;
    }
    const [x, y] = [coordinate(index * stepX), coordinate(HEIGHT - (Math.min(value, top) / top) * HEIGHT)];
    parts.push(`${isDrawing ? "L" : "M"}${x} ${y}`);
    const isAlone = !isDrawing && (values[index + 1] ?? null) === null;
    if (isAlone) parts.push(`h${coordinate(stepX / 3)}`);
    isDrawing = true;
  });
  return parts.join("");
}

/** The place of the last value that is known; the last place of all when none is. */
export function lastKnown(lines: readonly Values[]): number {
  const count = lines[0]?.length ?? 0;
  for (let index = count - 1; index >= 0; index--)
    if (lines.some((values) => (values[index] ?? null) !== null)) return index;
  return Math.max(count - 1, 0);
}
