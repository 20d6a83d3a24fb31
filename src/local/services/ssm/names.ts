// Names of parameters: which may be created, and which parameter a name, ARN, version or label in a request refers to.
import { HierarchyLevelLimitExceededException } from '@aws-sdk/client-ssm';
import type { Scope } from '../../call.ts';
import { ServiceError } from '../../service-error.ts';
import { Violations } from '../lambda/violations.ts';
import { invalid, notFound, versionNotFound } from './errors.ts';
import {
  type ParameterRecord,
  parameterKey,
  type SsmState,
  type VersionRecord,
  versionsOf,
} from './state.ts';

/** The largest number of hierarchy levels. */
const deepestHierarchy = 15;
const subPaths =
  'If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a ' +
  'mix of letters, numbers and the following 3 symbols .-_';
export const pathRules =
  "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward " +
  'slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or ' +
  'the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All ' +
  'sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.';

/** @throws ServiceError, HierarchyLevelLimitExceededException when no parameter may have this name */
export function checkNewName(name: string): void {
  new Violations().length(name, 'name', 2048, 1).refuse();
  const bare = name.toLowerCase().replace(/^\/+/, '');
  if (bare.startsWith('aws') || bare.startsWith('ssm')) {
    const path = name.split('/').length > 2;
    if (path && name.toLowerCase().startsWith('/aws'))
      throw new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
    throw invalid(
      path
        ? `Parameter name: can't be prefixed with "ssm" (case-insensitive). ${subPaths}`
        : 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
  }
  if (name.includes('/') && !name.startsWith('/'))
    throw invalid('Parameter name must be a fully qualified name.');
  if (!/^\/?[a-zA-Z0-9_.-]+(\/[a-zA-Z0-9_.-]+)*$/.test(name)) {
    throw invalid(`Parameter name: can't be prefixed with "ssm" (case-insensitive). ${subPaths}`);
  }
  if (name.split('/').length - 1 > deepestHierarchy) {
    throw new HierarchyLevelLimitExceededException({
      message:
        'A hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for ' +
        'parameter names in the AWS Systems Manager User Guide.',
      $metadata: {},
    });
  }
}

/** @throws ServiceError when no parameter could have this name, in the words of read operations */
export function checkAskedName(name: string): void {
  if (name.startsWith('arn:')) return;
  const [bare = ''] = name.split(':');
  if (
    !/^\/?[a-zA-Z0-9_.-]+(\/[a-zA-Z0-9_.-]+)*$/.test(bare) ||
    (bare.includes('/') && !bare.startsWith('/'))
  ) {
    throw invalid(`Parameter name: can't be prefixed with "ssm" (case-insensitive). ${subPaths}`);
  }
}

export interface Asked {
  /** The name as it is answered. */
  readonly name: string;
  /** `:3` or `:label`. */
  readonly selector?: string;
}

/** `name`, `name:version`, `name:label`, or an ARN with the same suffixes. */
export function parseName(text: string): Asked & { byArn: boolean } {
  const arn = /^arn:[\w-]+:ssm:[^:]*:[^:]*:parameter(\/[^:]+)(:.+)?$/.exec(text);
  if (arn) return { name: arn[1] as string, selector: arn[2], byArn: true };
  const at = text.indexOf(':');
  if (at < 0) return { name: text, byArn: false };
  return { name: text.slice(0, at), selector: text.slice(at), byArn: false };
}

export interface Found extends Asked {
  readonly parameter: ParameterRecord;
  readonly version: VersionRecord;
}

/** @throws ParameterNotFound, ParameterVersionNotFound */
export function findVersion(state: SsmState, scope: Scope, text: string): Found {
  const { name, selector, byArn } = parseName(text);
  const parameter = findParameter(state, scope, name);
  const wanted = selector?.slice(1);
  const versions = versionsOf(state, scope, parameter.name);
  const version = versions.find(
    ({ version, labels }) =>
      version === (wanted === undefined ? parameter.latest : Number(wanted)) || labels.includes(wanted ?? ''),
  );
  if (!version) throw versionNotFound(wanted ?? '', name);
  return { name: byArn ? parameter.name : name, selector, parameter, version };
}

/** @throws ParameterNotFound */
export function findParameter(state: SsmState, scope: Scope, name: string): ParameterRecord {
  const parameter = state.parameters.get(parameterKey(scope, name));
  if (!parameter) throw notFound();
  return parameter;
}
