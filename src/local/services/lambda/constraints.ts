// What the API's model demands of single members, gathered into the one message that AWS answers.
import { validation, violated } from './faults.ts';

export class Constraints {
  private readonly problems: string[] = [];

  pattern(value: string | undefined, place: string, pattern: string): this {
    if (value !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
      this.add(value, place, `Member must satisfy regular expression pattern: ${pattern}`);
    }
    return this;
  }

  length(value: string | readonly unknown[] | undefined, place: string, least: number, most: number): this {
    if (value === undefined) return this;
    if (value.length < least) {
      this.add(value, place, `Member must have length greater than or equal to ${least}`);
    }
    if (value.length > most) this.add(value, place, `Member must have length less than or equal to ${most}`);
    return this;
  }

  range(value: number | undefined, place: string, least: number, most = Number.POSITIVE_INFINITY): this {
    if (value === undefined) return this;
    if (value < least) this.add(value, place, `Member must have value greater than or equal to ${least}`);
    if (value > most) this.add(value, place, `Member must have value less than or equal to ${most}`);
    return this;
  }

  oneOf(value: string | undefined, place: string, allowed: readonly string[]): this {
    if (value !== undefined && !allowed.includes(value)) {
      this.add(value, place, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
    }
    return this;
  }

  each(
    values: readonly string[] | undefined,
    place: string,
    holds: (value: string) => boolean,
    demands: readonly string[],
  ): this {
    if (values?.some((value) => !holds(value))) {
      this.add(values, place, `Member must satisfy constraint: [${demands.join(', ')}]`);
    }
    return this;
  }

  /** @throws ValidationException when something was found. */
  check(): void {
    const { length } = this.problems;
    if (length === 0) return;
    const errors = length === 1 ? '1 validation error' : `${length} validation errors`;
    throw validation(`${errors} detected: ${this.problems.join('; ')}`);
  }

  private add(value: unknown, place: string, demand: string): void {
    this.problems.push(violated(value, place, demand));
  }
}

/** Of any AWS resource. */
export const arnPattern =
  'arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)';
/** Where records of invocations go. */
export const destinationPattern =
  '$|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)';
/** Of versions and aliases. */
export const qualifierPattern = '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+';
