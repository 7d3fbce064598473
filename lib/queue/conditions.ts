/** Conditions of a query that is narrowed in many ways, with their parameters in order. */
export class Conditions {
  readonly values: unknown[] = [];
  readonly #conditions: string[] = [];

  /** Adds a condition on a value, unless that is undefined. `sql` is given the value's parameter. */
  add(sql: (parameter: string) => string, value: unknown): this {
    if (value !== undefined) this.#conditions.push(sql(this.parameter(value)));
    return this;
  }

  /** Adds a condition whose values are parameters already, unless it is null. */
  also(sql: string | null): this {
    if (sql !== null) this.#conditions.push(sql);
    return this;
  }

  /** Adds a parameter; gives its name. */
  parameter(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** All conditions as SQL. */
  get where(): string {
    return this.#conditions.length === 0 ? "true" : this.#conditions.join(" AND ");
  }
}
