// The violations of API Gateway's model in a request: collected first, then refused together.
import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import { validation } from './errors.ts';

export class Violations {
  private readonly problems: string[] = [];

  /** @throws ValidationException when there are violations */
  refuse(): void {
    const count = this.problems.length;
    if (count === 0) return;
    const errors = count === 1 ? '1 validation error' : `${count} validation errors`;
    throw validation(`${errors} detected: ${this.problems.join('; ')}`);
  }

  /** `values` are in AWS's order. */
  oneOf(value: string | undefined, place: string, values: readonly string[]): this {
    if (value === undefined || values.includes(value)) return this;
    return this.add(value, place, `Member must satisfy enum value set: [${values.join(', ')}]`);
  }

  eachOneOf(list: readonly string[] | undefined, place: string, values: readonly string[]): this {
    if (list === undefined || list.every((item) => values.includes(item))) return this;
    const each = `Member must satisfy enum value set: [${values.join(', ')}]`;
    return this.add(`[${list.join(', ')}]`, place, `Member must satisfy constraint: [${each}]`);
  }

  statusCode(value: string | undefined, place = 'statusCode'): this {
    if (value === undefined || /^[1-5]\d\d$/.test(value)) return this;
    return this.add(value, place, 'Member must satisfy regular expression pattern: [1-5]\\d\\d');
  }

  /** `input` is the model's name of the request: `updateRestApiInput`. */
  operations(operations: readonly PatchOperation[] | undefined, input: string): this {
    operations?.forEach(({ op }, index) => {
      this.oneOf(op, `${input}.patchOperations.${index + 1}.member.op`, kinds);
    });
    return this;
  }

  private add(value: string, place: string, constraint: string): this {
    this.problems.push(`Value '${value}' at '${place}' failed to satisfy constraint: ${constraint}`);
    return this;
  }
}

const kinds = ['add', 'remove', 'move', 'test', 'replace', 'copy'];
