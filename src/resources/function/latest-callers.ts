// What calls $LATEST of a function: its requests go to each deployment at once, whatever an alias does.
import { type EventSourceMappingConfiguration, GetFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import { qualifierOf } from '../../config/qualifiers.ts';
import { absent } from '../absent.ts';
import { permissionOf, readPolicy, type Statement } from '../attachments/statements.ts';
import { mappingsOf } from './event-source-mappings.ts';

export interface LatestCaller {
  readonly kind: 'function URL' | 'permission' | 'event source mapping';
  /** The address, the statement id or the UUID. */
  readonly name: string;
  /** Who calls: a principal, or the ARN of the source. */
  readonly caller?: string;
}

/** Everything that calls $LATEST of the function. What these credentials may not read is left out. */
export async function latestCallers(aws: Aws, FunctionName: string): Promise<LatestCaller[]> {
  const mappings = readable(mappingsOf(aws, FunctionName), []);
  const url = absent(() => aws.lambda.send(new GetFunctionUrlConfigCommand({ FunctionName })));
  const found = await Promise.all([
    readable(url, undefined).then((one) => (one?.FunctionUrl ? [urlCaller(one.FunctionUrl)] : [])),
    readable(readPolicy(aws, { FunctionName }), []).then((policy = []) => policy.flatMap(statementCaller)),
    mappings.then((all) => all.filter((one) => callsLatest(one, FunctionName)).map(mappingCaller)),
  ]);
  return found.flat();
}

/** The event source mappings among these callers, by function, with a single list for the whole region. */
export async function latestMappings(aws: Aws): Promise<(FunctionName: string) => LatestCaller[]> {
  const all = await readable(mappingsOf(aws), []);
  return (name) => all.filter((one) => callsLatest(one, name)).map(mappingCaller);
}

/** A warning must not stop a command: an answer that is refused counts as none. */
async function readable<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    return otherwise;
  }
}

function urlCaller(name: string): LatestCaller {
  return { kind: 'function URL', name };
}

/** Statements for calls through a URL are left out: they say nothing without the URL. */
function statementCaller(statement: Statement): LatestCaller[] {
  const { Effect, Sid, Action } = statement;
  const { Principal, InvokedViaFunctionUrl } = permissionOf(statement) ?? {};
  const invokes = ['lambda:InvokeFunction', 'lambda:*', '*'].includes(Action ?? '');
  if (Effect !== 'Allow' || !invokes || InvokedViaFunctionUrl) return [];
  return [{ kind: 'permission', name: Sid, caller: Principal }];
}

function callsLatest({ FunctionArn = '', State }: EventSourceMappingConfiguration, name: string): boolean {
  return (
    State !== 'Deleting' &&
    ['', ':$LATEST'].some((qualifier) => FunctionArn.endsWith(`:function:${name}${qualifier}`))
  );
}

function mappingCaller({ UUID = '', EventSourceArn }: EventSourceMappingConfiguration): LatestCaller {
  return { kind: 'event source mapping', name: UUID, caller: EventSourceArn };
}

/** Whether slsctl.yml says of this caller that it calls $LATEST. A source is recognized by its name. */
export function isDeclaredLatest(
  { kind, name, caller = '' }: LatestCaller,
  attachments: Attachments = {},
): boolean {
  const { url, permissions, triggers = [] } = attachments;
  if (kind === 'event source mapping') {
    return (triggers ?? []).some(
      (one) => qualifierOf(attachments, one.qualifier) === undefined && names(one, caller),
    );
  }
  const [, trigger] = kind === 'permission' ? (/^slsctl-(\w+)-/.exec(name) ?? []) : [];
  if (trigger !== undefined && permissions?.[name] === undefined) {
    return (triggers ?? []).some(
      (one) => trigger in one && qualifierOf(attachments, one.qualifier) === undefined,
    );
  }
  const entry = kind === 'function URL' ? url : kind === 'permission' ? permissions?.[name] : undefined;
  return entry ? qualifierOf(attachments, entry.qualifier) === undefined : false;
}

/** Whether the entry may name the source: by its ARN, by its name, or by the key that is in its name. */
function names(entry: object, arn: string): boolean {
  const texts = Object.values(entry).flatMap((value) =>
    typeof value === 'object' && value !== null ? Object.values(value) : [value],
  );
  return texts.some((text) => typeof text === 'string' && (text === arn || nameIn(arn).includes(text)));
}

/** The name in the ARN of a queue, a table, a stream or a broker. */
function nameIn(arn: string): string {
  const parts = arn.split(':').slice(5).join(':').split(/[/:]/);
  return parts[1] ?? parts[0] ?? '';
}
