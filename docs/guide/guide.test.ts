import { describe, expect, it } from "vitest";
import { canvasShortcuts } from "@/components/builder/use-canvas-keys";
import { statusLook } from "@/components/ui/status-badge";
import { roleNames } from "@/components/users/role-names";
import { outcomeLabels } from "@/components/webhooks/outcome";
import { anchors, readPage, section, table } from "@/docs/markdown";
import { transactionStates } from "@/lib/contracts/transactions";
import { operatorLabels } from "@/lib/core/conditions";
import { ServiceError, serviceErrorCodes } from "@/lib/services/errors";
import { stepDefinitions } from "@/lib/steps/definitions";
import type { StepDefinition } from "@/lib/steps/types";
import { answers } from "@/lib/webhooks/answers";

const textOf = (name: string) => readPage(`docs/guide/${name}.md`).text;
const definitions = Object.values(stepDefinitions) as StepDefinition[];
const named = definitions.map((definition) => [definition.label, definition] as const);
/** Without those that have the same settings as an earlier one. */
const withOwnSettings = named.filter(
  ([, { fields }], index) => definitions.findIndex((definition) => definition.fields === fields) === index,
);

describe("steps.md", () => {
  const text = textOf("steps");

  it("lists every step type with its description, in the order of the palette", () => {
    const known = definitions.map(({ label, description }) => {
      const [anchor] = anchors(`## ${label}`);
      return [`[${label}](#${anchor})`, description];
    });
    expect(table(text, "| step ")).toEqual(known);
  });

  it.each(withOwnSettings)("tells of every setting of %s, and of no other", (label, { fields }) => {
    const own = section(text, `## ${label}`).split("\n### ")[0] ?? "";
    const told = table(own, "| setting").map(([setting = ""]) => setting.replaceAll("**", ""));
    expect(told).toEqual([...new Set(fields.map((field) => field.label))]);
  });

  it("tells of every comparison", () => {
    const told = table(text, "| comparison").flatMap(([labels = ""]) => labels.split(", "));
    expect(told.sort()).toEqual(Object.values(operatorLabels).sort());
  });
});

describe("builder.md", () => {
  it("lists the keys that the help lists", () => {
    const known = canvasShortcuts.shortcuts.map(({ keys, label }) => [
      keys.map((key) => `\`${key}\``).join(" "),
      label,
    ]);
    expect(table(textOf("builder"), "| key")).toEqual(known);
  });
});

describe("webhooks.md", () => {
  it("prints every answer of the door as it is given", () => {
    const given = [
      answers.notFound(),
      answers.methodNotAllowed(),
      answers.overLimit(1),
      answers.tooLarge(10_485_760),
      answers.ipNotAllowed(),
      answers.notVerified(),
      "its own",
      answers.scriptFailed(),
      answers.found(),
      answers.notActive(),
      answers.unreadable("…"),
      answers.accepted(),
      "the first one's",
      answers.notStored(),
      answers.accepted(),
    ].map((answer) => (typeof answer === "string" ? ["any", answer] : [String(answer.status), `\`${answer.body}\``]));
    expect(table(textOf("webhooks"), "| status").map((cells) => cells.slice(0, 2))).toEqual(given);
  });
});

describe("webhooks-report.md", () => {
  it("tells of every answer by its word", () => {
    const told = table(textOf("webhooks-report"), "| answer").map(([word]) => word);
    expect(told).toEqual(Object.values(outcomeLabels).map((word) => `**${word}**`));
  });
});

describe("transactions.md", () => {
  it("tells of every state that a transaction can be in", () => {
    const known = transactionStates
      .filter((state) => state !== "held")
      .map((state) => `**${statusLook(state).label}**`);
    expect(table(textOf("transactions"), "| state").map(([state]) => state)).toEqual(known);
  });
});

describe("accounts-users-and-roles.md", () => {
  it("says what each role may, as the screen does", () => {
    const known = Object.values(roleNames).map(({ label, may }) => [`**${label}**`, may]);
    expect(table(textOf("accounts-users-and-roles"), "| role")).toEqual(known);
  });
});

describe("api.md", () => {
  it("lists every code of a problem with its status", () => {
    const known = serviceErrorCodes.map((code) => [`\`${code}\``, String(new ServiceError(code, "").status)]);
    expect(table(textOf("api"), "| code").map((cells) => cells.slice(0, 2))).toEqual(known);
  });
});
