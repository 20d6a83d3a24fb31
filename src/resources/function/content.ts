// The content of a function: its settings and the hash of its code, without what AWS adds or changes by itself.
import { CreateFunctionRequest$, type FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Change } from '../../engine/resource.ts';
import { differences, isRecord } from '../compare.ts';
import { type LiveFunction, membersOf, settingsOf } from './settings.ts';

/** Whether two configurations have the same code and settings, so that they are the same version. */
export function sameVersion(one: FunctionConfiguration, other: FunctionConfiguration): boolean {
  // A version may have a description of its own.
  const [left, right] = [one, other].map((each) => ({ ...contentOf(each), Description: undefined }));
  return differences(left, right, '').length === 0 && differences(right, left, '').length === 0;
}

/** The changes from one state to another, tags included. */
export function contentChanges(from: LiveFunction, to: LiveFunction): Change[] {
  const [before, after] = [from, to].map(({ configuration, tags }) => ({
    ...contentOf(configuration),
    Tags: tags,
  }));
  const removed = differences(before, after, '').map(({ path, from, to }) => ({ path, from: to, to: from }));
  const changes = [...differences(after, before, ''), ...removed];
  return [...new Map(changes.map((change) => [change.path, change])).values()];
}

/** The settings that requests can set, and the hash of the code. */
function contentOf(configuration: FunctionConfiguration): Record<string, unknown> {
  const settings = settingsOf({ configuration, tags: {} });
  const names: readonly string[] = CreateFunctionRequest$[4];
  const entries = names.map((name) => [name, withoutAnswers(name, settings[name])]);
  return {
    ...Object.fromEntries(entries),
    FunctionName: undefined,
    CodeSha256: configuration.CodeSha256,
  };
}

/** Without the members that only answers have (OptimizationStatus, VpcId). */
function withoutAnswers(name: string, value: unknown): unknown {
  const members = membersOf(name);
  if (!members || !isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => members.includes(key)));
}
