// The violations of Lambda's model in a request: collected first, then refused together.
import { validation, violated, violations } from './errors.ts';
import { matcher } from './patterns.ts';

export class Violations {
  private readonly problems: string[] = [];

  /** @throws ValidationException when there are violations */
  refuse(): void {
    if (this.problems.length > 0) throw validation(violations(this.problems));
  }

  add(value: unknown, place: string, constraint: string): this {
    this.problems.push(violated(value, place, constraint));
    return this;
  }

  range(value: number | undefined, place: string, lowest: number, highest = Number.POSITIVE_INFINITY): this {
    if (value === undefined) return this;
    if (value > highest) this.add(value, place, `Member must have value less than or equal to ${highest}`);
    if (value < lowest) this.add(value, place, `Member must have value greater than or equal to ${lowest}`);
    return this;
  }

  /** Checks the length of a string or a list. */
  length(value: { readonly length: number } | undefined, place: string, highest: number, lowest = 0): this {
    if (value === undefined) return this;
    if (value.length > highest)
      this.add(value, place, `Member must have length less than or equal to ${highest}`);
    if (value.length < lowest) {
      this.add(value, place, `Member must have length greater than or equal to ${lowest}`);
    }
    return this;
  }

  /** `shown` is the pattern in Lambda's message, when it differs from the effective one. */
  pattern(value: string | undefined, place: string, pattern: string, shown = pattern): this {
    if (value === undefined || matcher(pattern).test(value)) return this;
    return this.add(value, place, `Member must satisfy regular expression pattern: ${shown}`);
  }

  /** `values` are in Lambda's order, which is that of a hash table: by the Java hash of their names, modulo 32. */
  oneOf(value: string | undefined, place: string, values: readonly string[]): this {
    if (value === undefined || values.includes(value)) return this;
    return this.add(value, place, `Member must satisfy enum value set: [${values.join(', ')}]`);
  }

  eachOneOf(list: readonly string[] | undefined, place: string, values: readonly string[]): this {
    if (list === undefined || list.every((item) => values.includes(item))) return this;
    const each = `Member must satisfy enum value set: [${values.join(', ')}], Member must not be null`;
    return this.add(list, place, `Member must satisfy constraint: [${each}]`);
  }

  /** `demands` are all rules of the model for an item. */
  each(
    list: readonly string[] | undefined,
    place: string,
    holds: (item: string) => boolean,
    demands: readonly string[],
  ): this {
    if (list === undefined || list.every(holds)) return this;
    return this.add(list, place, `Member must satisfy constraint: [${demands.join(', ')}]`);
  }
}
