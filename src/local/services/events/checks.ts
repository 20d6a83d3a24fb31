// The rules on names and numbers of the EventBridge API model.
import { unsatisfied } from './errors.ts';

type Problem = readonly [value: unknown, member: string, rule: string];

interface Form {
  readonly expression: RegExp;
  /** As AWS shows it. */
  readonly shown: string;
  readonly longest: number;
}

export const forms = {
  rule: { expression: /^[.\-_A-Za-z0-9]+$/, shown: '[\\.\\-_A-Za-z0-9]+', longest: 64 },
  target: { expression: /^[.\-_A-Za-z0-9]+$/, shown: '[\\.\\-_A-Za-z0-9]+', longest: 64 },
  bus: { expression: /^[/.\-_A-Za-z0-9]+$/, shown: '[/\\.\\-_A-Za-z0-9]+', longest: 256 },
} as const satisfies Record<string, Form>;

export function problemsOf(value: string | undefined, member: string, form: Form): Problem[] {
  if (value === undefined) return [];
  const problems: Problem[] = [];
  if (!form.expression.test(value)) {
    problems.push([value, member, `satisfy regular expression pattern: ${form.shown}`]);
  }
  if (value.length > form.longest) {
    problems.push([value, member, `have length less than or equal to ${form.longest}`]);
  }
  if (value.length < 1) problems.push([value, member, 'have length greater than or equal to 1']);
  return problems;
}

/** @throws ServiceError ValidationException for a name that is not valid; undefined passes */
export function checkName(value: string | undefined, member: string, form: Form): void {
  check(problemsOf(value, member, form));
}

/** @throws ServiceError ValidationException when there are problems */
export function check(problems: readonly Problem[]): void {
  if (problems.length > 0) throw unsatisfied(problems);
}

/** @throws ServiceError ValidationException unless it is from 1 to 100; undefined passes */
export function checkLimit(limit: number | undefined): void {
  if (limit === undefined) return;
  if (limit < 1) check([[limit, 'limit', 'have value greater than or equal to 1']]);
  if (limit > 100) check([[limit, 'limit', 'have value less than or equal to 100']]);
}
