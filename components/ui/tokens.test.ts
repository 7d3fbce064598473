import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Colour = { light: string; dark: string };

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");
const colours = new Map<string, Colour>(
  [...css.matchAll(/--color-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }],
  ),
);

const TEXT = 4.5;
const EDGE = 3;
const surfaces = ["canvas", "surface", "subtle", "hover", "raised"];
const meanings = ["ok", "waiting", "failed", "info", "idle"];

/** Every foreground in use, the backgrounds it stands on, and the least contrast WCAG 2.2 AA asks for. */
const pairs: [foreground: string, backgrounds: string[], least: number][] = [
  ...["fg", "muted", "faint", "accent-fg"].map((name): [string, string[], number] => [name, surfaces, TEXT]),
  ["fg", ["accent-bg", ...meanings.map((name) => `${name}-bg`)], TEXT],
  ["muted", ["accent-bg", ...meanings.map((name) => `${name}-bg`)], TEXT],
  ["accent-fg", ["accent-bg"], TEXT],
  ["on-accent", ["accent", "accent-hover"], TEXT],
  ["on-danger", ["danger", "danger-hover"], TEXT],
  ...meanings.map((name): [string, string[], number] => [`${name}-fg`, [...surfaces, `${name}-bg`], TEXT]),
  ...["key", "string", "number", "keyword"].map((name): [string, string[], number] => [`code-${name}`, surfaces, TEXT]),
  ...["focus", "accent", "accent-line"].map((name): [string, string[], number] => [name, surfaces, EDGE]),
  // No control with an edge lies on `hover`: that is the background of a row or an item that is pointed at.
  ["edge", surfaces.filter((name) => name !== "hover"), EDGE],
  ["focus", ["accent-bg", ...meanings.map((name) => `${name}-bg`)], EDGE],
  ["danger", ["canvas", "surface", "raised"], EDGE],
  ...meanings.map((name): [string, string[], number] => [`${name}-line`, ["canvas", "surface"], EDGE]),
];

const cases = pairs.flatMap(([foreground, backgrounds, least]) =>
  backgrounds.flatMap((background) =>
    (["light", "dark"] as const).map((theme) => ({ foreground, background, theme, least })),
  ),
);

function colourOf(name: string): Colour {
  const colour = colours.get(name);
  if (!colour) throw new Error(`globals.css has no opaque colour --color-${name}`);
  return colour;
}

/** Relative luminance as WCAG defines it, 0 (black) to 1 (white). */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

describe("the colours", () => {
  it("measures contrast as WCAG does", () => {
    expect(contrast("#ffffff", "#000000")).toBeCloseTo(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  it.each(cases)(
    "keep $foreground at $least : 1 on $background, $theme",
    ({ foreground, background, theme, least }) => {
      expect(contrast(colourOf(foreground)[theme], colourOf(background)[theme])).toBeGreaterThanOrEqual(least);
    },
  );

  it("are all tried on something or are something others are tried on", () => {
    const tried = new Set(pairs.flatMap(([foreground, backgrounds]) => [foreground, ...backgrounds]));
    expect([...colours.keys()].filter((name) => !tried.has(name) && name !== "line")).toEqual([]);
  });
});
