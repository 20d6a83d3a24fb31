// The rules for names, paths and numbers in requests to IAM.
import { breaks, invalid } from './errors.ts';

type Named = 'roleName' | 'policyName' | 'userName' | 'newUserName' | 'groupName' | 'newGroupName';

const longestNames: Record<Named, number> = {
  roleName: 64,
  policyName: 128,
  userName: 64,
  newUserName: 64,
  groupName: 128,
  newGroupName: 128,
};

/** @throws ServiceError ValidationError */
export function checkedName(kind: Named, name: string | undefined): string {
  const value = name ?? '';
  if (value === '') throw breaks(kind, 'Member must have length greater than or equal to 1', value);
  if (value.length > longestNames[kind]) {
    throw breaks(kind, `Member must have length less than or equal to ${longestNames[kind]}`, value);
  }
  if (!/^[\w+=,.@-]+$/.test(value)) {
    throw invalid(
      `The specified value for ${kind} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
  return value;
}

/** Defaults to `/`. @throws ServiceError ValidationError */
export function checkedPath(path: string | undefined): string {
  const value = path ?? '/';
  if (value.length > 512) throw breaks('path', 'Member must have length less than or equal to 512', value);
  if (!/^(\/|\/[\x21-\x7f]+\/)$/.test(value)) {
    throw invalid(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  }
  return value;
}

/** @throws ServiceError ValidationError */
export function checkedDescription(text: string | undefined): string | undefined {
  if (text && text.length > 1000) {
    throw breaks('description', 'Member must have length less than or equal to 1000');
  }
  return text;
}

/** Seconds. @throws ServiceError ValidationError */
export function checkedSession(seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  const place = 'maxSessionDuration';
  if (seconds < 3600) {
    throw breaks(place, 'Member must have value greater than or equal to 3600', String(seconds));
  }
  if (seconds > 43_200) {
    throw breaks(place, 'Member must have value less than or equal to 43200', String(seconds));
  }
  return seconds;
}

/** @throws ServiceError ValidationError */
export function checkEnum(value: string | undefined, place: string, values: readonly string[]): void {
  if (value !== undefined && !values.includes(value)) {
    throw breaks(place, `Member must satisfy enum value set: [${values.join(', ')}]`, value);
  }
}
