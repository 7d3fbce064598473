import type { BadInputGroup, Expected } from "./bad-input";
import { bodyGroups } from "./bodies";
import { framingGroups } from "./framing";
import { largeGroup, packedGroup } from "./packed";

/** Every bad input with its answer. */
export const groups: readonly BadInputGroup[] = [...bodyGroups, packedGroup, largeGroup, ...framingGroups];

const cell = (text: string) => text.replaceAll("|", "\\|");

const answerOf = ({ status, body }: Expected) => (status === null ? "–" : `${status} \`${cell(body)}\``);
const receiptOf = ({ receipt, isOnlyCounted }: Expected) => (isOnlyCounted ? `${receipt}, only counted` : receipt);

/** The table of the documentation, as Markdown. */
export function answerTable(): string {
  const rows = groups.flatMap(({ title, inputs }) => [
    `| **${title}** | | |`,
    ...inputs.map(({ input, answers }) => {
      const columns = [input, ...[answerOf, receiptOf].map((column) => answers.map(column).join("<br>"))];
      return `| ${columns.join(" | ")} |`;
    }),
  ]);
  return ["| input | answer | receipt |", "|---|---|---|", ...rows].join("\n");
}
