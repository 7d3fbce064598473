/** Gives a number in [0, 1); `Math.random` outside of tests. */
export type Random = () => number;

const ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** A new id for a step, unique among `taken`: `http_request_k3x9zq`. */
export function createStepId(type: string, taken: ReadonlySet<string>, random: Random): string {
  const prefix = type.replace(/[^a-z0-9]+/g, "_").slice(0, 50);
  for (;;) {
    let end = "";
    for (let at = 0; at < 6; at++) end += ID_CHARACTERS[Math.floor(random() * ID_CHARACTERS.length)];
    const id = `${prefix}_${end}`;
    if (!taken.has(id)) return id;
  }
}

/** A name that no other step has: "Decision", "Decision 2", "Decision 3". Upper and lower case count as the same. */
export function uniqueName(wanted: string, taken: Iterable<string>): string {
  const names = new Set([...taken].map((name) => name.trim().toLowerCase()));
  const base = wanted.trim().replace(/ \d+$/, "") || wanted.trim();
  if (!names.has(wanted.trim().toLowerCase())) return wanted.trim();
  for (let number = 2; ; number++) {
    const name = `${base} ${number}`;
    if (!names.has(name.toLowerCase())) return name;
  }
}
