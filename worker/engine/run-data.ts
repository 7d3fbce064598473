import type { Json } from "@/lib/core/json";
import { VARIABLE_STEP_ID } from "@/lib/core/merge-text";
import { type Path, readPath } from "@/lib/core/path";

/** What the steps of one transaction have given so far, and the cycle's variables, as mappings read them. */
export class RunData {
  readonly #outputs = new Map<string, Json>();
  readonly #variables: ReadonlyMap<string, string>;

  constructor(variables: ReadonlyMap<string, string>) {
    this.#variables = variables;
  }

  set(stepId: string, output: Json | undefined): void {
    if (output !== undefined) this.#outputs.set(stepId, output);
  }

  /** Forgets what a step has given. */
  drop(stepId: string): void {
    this.#outputs.delete(stepId);
  }

  /** What a step has given; undefined when it has given nothing. */
  get(stepId: string): Json | undefined {
    return this.#outputs.get(stepId);
  }

  /** What each step has given, by its id. */
  get outputs(): { [stepId: string]: Json } {
    return Object.fromEntries(this.#outputs);
  }

  get variables(): { [name: string]: Json } {
    return Object.fromEntries(this.#variables);
  }

  /** The value at a path below a step's data, or of a variable; undefined when there is none. */
  readonly read = (stepId: string, path: Path): Json | undefined => {
    if (stepId === VARIABLE_STEP_ID) {
      const [name, ...inner] = path;
      return readPath(typeof name === "string" ? this.#variables.get(name) : undefined, inner);
    }
    return readPath(this.#outputs.get(stepId), path);
  };
}
