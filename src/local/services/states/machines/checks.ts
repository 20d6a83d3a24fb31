// The rules on the input of state machines.
import type { LoggingConfiguration } from '@aws-sdk/client-sfn';
import { sentence } from '../../../states-language/validation/diagnostics.ts';
import { check, type MachineType } from '../../../states-language/validation/validate.ts';
import { invalidDefinition, invalidName, roleRefused, unsatisfied } from '../errors.ts';
import type { StatesState } from '../state.ts';

/** @throws InvalidDefinition, in AWS's words */
export async function checkDefinition(text: string, type: MachineType): Promise<void> {
  const { problems } = await check(text, type);
  if (problems.length > 0) throw invalidDefinition(problems.map(sentence).join(', '));
}

/** @throws InvalidName, ValidationException */
export function checkName(name: string, member = 'name'): void {
  if (name.length > 80) throw unsatisfied(name, member, 'have length less than or equal to 80');
  if (name === '') throw unsatisfied(name, member, 'have length greater than or equal to 1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names must not contain them
  if (/[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/.test(name)) throw invalidName(name);
}

/** @throws ServiceError AccessDeniedException unless Step Functions may assume the role */
export function checkRole({ host }: StatesState, arn: string): void {
  if (!host.face('roles').assumable(arn, 'states.amazonaws.com')) throw roleRefused();
}

/** @throws ValidationException unless it is from 0 to 1000; undefined passes. 0 means the default. */
export function limitOf(value: number | undefined, usual = 100): number {
  if (value === undefined || value === 0) return usual;
  if (value > 1000) throw unsatisfied(value, 'maxResults', 'have value less than or equal to 1000');
  if (value < 0) throw unsatisfied(value, 'maxResults', 'have value greater than or equal to 0');
  return value;
}

/** @throws ValidationException for a token that is too long */
export function checkToken(token: string | undefined, longest: number): void {
  if (token !== undefined && token.length > longest) {
    throw unsatisfied(token, 'nextToken', `have length less than or equal to ${longest}`);
  }
}

export const loggingOf = (given: LoggingConfiguration | undefined): LoggingConfiguration => ({
  level: given?.level ?? 'OFF',
  includeExecutionData: given?.includeExecutionData ?? false,
  ...(given?.destinations && given.destinations.length > 0 ? { destinations: given.destinations } : {}),
});
