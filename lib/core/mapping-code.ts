/** `steps.order`, `steps?.["order"]` and `steps['order']`, with what stands before the id, the id, and what stands behind it. */
const STEP_IN_CODE = /(?<![\w$.])(steps\s*(?:\?\.|\.)\s*|steps\s*(?:\?\.)?\s*\[\s*(["']))([\w$-]+)(\2)(?![\w$])/g;

/** Code of an expression that reads from other steps: every old id of `newIds` becomes its new one. */
export function replaceStepsInCode(code: string, newIds: ReadonlyMap<string, string>): string {
  return code.replace(STEP_IN_CODE, (found, before: string, quote: string | undefined, id: string) => {
    const newId = newIds.get(id);
    return newId === undefined ? found : `${before}${newId}${quote ?? ""}`;
  });
}
