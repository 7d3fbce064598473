const ESCAPES: { readonly [letter: string]: string } = { n: "\n", r: "\r", t: "\t", "\\": "\\", "'": "'", '"': '"' };

/**
 * Splits a command as a POSIX shell does, with `'…'`, `"…"`, `$'…'` and backslashes; nothing is ever run or filled in.
 * Undefined when a quote is not closed.
 */
export function splitShellWords(command: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < command.length; at++) {
    const letter = command[at]!;
    if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (letter === "\\") {
      const next = command[++at];
      if (next !== "\n" && next !== undefined) word = (word ?? "") + next;
      continue;
    }
    const isEscaped = letter === "$" && command[at + 1] === "'";
    const quote = isEscaped ? "'" : letter;
    if (quote !== "'" && quote !== '"') {
      word = (word ?? "") + letter;
      continue;
    }
    const quoted = readQuoted(command, at + (isEscaped ? 2 : 1), isEscaped ? "$'" : quote);
    if (!quoted) return undefined;
    word = (word ?? "") + quoted.text;
    at = quoted.end;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** What stands between quotes, and where the closing one is. */
function readQuoted(command: string, from: number, kind: "'" | '"' | "$'"): { text: string; end: number } | undefined {
  const close = kind === '"' ? '"' : "'";
  let text = "";
  for (let at = from; at < command.length; at++) {
    const letter = command[at]!;
    if (letter === close) return { text, end: at };
    const next = command[at + 1];
    if (letter !== "\\" || kind === "'" || next === undefined) {
      text += letter;
      continue;
    }
    at++;
    if (kind === "$'") text += ESCAPES[next] ?? `\\${next}`;
    else if (next !== "\n") text += '"\\$`'.includes(next) ? next : `\\${next}`;
  }
  return undefined;
}
