/** A piece of what a sender signs. */
export type SignedPiece =
  | { kind: "text"; text: string }
  | { kind: "header"; name: string }
  | { kind: "timestamp" | "body" | "method" | "url" | "path" | "query" | "id" };

const plainPieces = ["timestamp", "body", "method", "url", "path", "query", "id"] as const;
const BRACED = /\{([^{}]*)\}/y;
const LITERAL = /[^{}]+/y;

/**
 * Reads what a sender signs: text with `{timestamp}`, `{body}`, `{method}`, `{url}`, `{path}`, `{query}`, `{id}` and
 * `{header:name}` in it. `\n` stands for a line break. Gives a sentence about what is wrong when it can't be read.
 */
export function parseSignedText(text: string): { pieces: SignedPiece[] } | { problem: string } {
  if (text.trim() === "") return { problem: "Say what is signed, for example {body} or {timestamp}.{body}." };
  const pieces: SignedPiece[] = [];
  for (let at = 0; at < text.length; ) {
    LITERAL.lastIndex = at;
    const literal = LITERAL.exec(text)?.[0];
    if (literal !== undefined) {
      pieces.push({ kind: "text", text: literal.replaceAll("\\n", "\n") });
      at += literal.length;
      continue;
    }
    BRACED.lastIndex = at;
    const braced = BRACED.exec(text);
    if (!braced) return { problem: "A brace in what is signed stands alone." };
    const piece = pieceOf(braced[1]!.trim());
    if (!piece)
      return {
        problem: `{${braced[1]}} is not known. Use ${plainPieces.map((name) => `{${name}}`).join(", ")} or {header:name}.`,
      };
    pieces.push(piece);
    at += braced[0].length;
  }
  return { pieces };
}

function pieceOf(name: string): SignedPiece | undefined {
  const plain = plainPieces.find((known) => known === name);
  if (plain) return { kind: plain };
  const header = /^header:\s*([\w!#$%&'*+.^`|~-]{1,100})$/.exec(name)?.[1];
  return header === undefined ? undefined : { kind: "header", name: header.toLowerCase() };
}
