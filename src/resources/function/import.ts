// Import: reads a live function completely, and turns it into the fields of slsctl.yml.
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import { attachmentFields, fromApi, functionFields } from '../../config/from-api.ts';
import type { FunctionSettings } from '../../config/project.ts';
import type { Qualifier } from '../../config/qualifiers.ts';
import { functionSchema } from '../../config/schema/function.ts';
import type { Owner } from '../../engine/resource.ts';
import { describeError, scopeOf } from '../../errors/describe-error.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { absent } from '../absent.ts';
import { claimsOf, everyAttachment } from '../attachments/attachments.ts';
import type { ClaimSite } from '../attachments/claims.ts';
import type { Part } from '../attachments/kind.ts';
import { PermissionsResource, unmetClaims } from '../attachments/permissions.ts';
import type { Statement } from '../attachments/statements.ts';
import type { CallerName } from '../callers/caller.ts';
import { merged } from '../compare.ts';
import { readLogGroup } from '../log-group/read.ts';
import { logGroupName } from '../names.ts';
import { ownerIn } from '../owned/ownership.ts';
import { Things } from '../things/things.ts';
import { callersIn } from '../triggers/trigger.ts';
import { resetSettings, resettable } from './aws-defaults.ts';
import { FunctionResource } from './function-resource.ts';
import { type LiveFunction, liveFunction, settingsOf } from './settings.ts';

export interface Imported {
  name: string;
  /** Without a qualifier. */
  arn: string;
  /** The project that owns it, from its tags. */
  owner?: Owner;
  /** The fields of the function in slsctl.yml, without its code. */
  fields: Record<string, unknown>;
  /** The triggers among the fields, as `src/resources/callers` names them. */
  callers: readonly CallerName[];
  /** Fields that slsctl.yml cannot declare or that could not be read; they stay unchanged on AWS. */
  leftOut: { field: string; reason: string }[];
  /** The URL of its package, valid for some minutes, and the package's base64 SHA-256. Images have none. */
  code?: { location: string; sha256: string };
}

/** Rejects with a UserError when the function does not exist. */
export async function importFunction(aws: Aws, FunctionName: string): Promise<Imported> {
  const answer = await absent(() => aws.lambda.send(new GetFunctionCommand({ FunctionName })));
  const live = liveFunction(answer);
  if (!live) {
    throw new UserError(`there is no function ${FunctionName} in ${aws.region}`, exitCodes.failed, {
      next: 'look for it with aws lambda list-functions, or name another --region',
    });
  }
  const { configuration: Configuration, tags: Tags } = live;
  const code = live.imageUri ? undefined : answer?.Code?.Location;
  const name = Configuration.FunctionName as string;
  const leftOut: Imported['leftOut'] = [];
  const settings: FunctionSettings = settingsOf(live);
  const owner = ownerIn(Tags);
  const [{ attachments, callers }, logRetentionInDays] = await Promise.all([
    attachmentsOf(aws, name, leftOut),
    retentionOf(aws, name, settings),
  ]);
  const all: Record<string, unknown> = {
    ...functionFields(settings, defaultsOf(name)),
    // Always written: slsctl's defaults for these differ from AWS's.
    memorySize: Configuration.MemorySize,
    timeout: Configuration.Timeout,
    ...(live.imageUri ? { image: imageOf(live) } : {}),
    tags: fromApi(functionSchema.shape.tags, userTags(Tags)),
    logRetentionInDays,
    ...attachments,
  };
  return {
    name,
    arn: Configuration.FunctionArn ?? '',
    owner,
    fields: valid(all, leftOut),
    callers,
    leftOut,
    code: code ? { location: code, sha256: Configuration.CodeSha256 ?? '' } : undefined,
  };
}

function defaultsOf(name: string): Record<string, unknown> {
  const { MemorySize: _, Timeout: __, ...rest } = resetSettings(name, resettable);
  return rest;
}

function imageOf(live: LiveFunction): unknown {
  const { ImageConfig } = settingsOf(live);
  return ImageConfig
    ? fromApi(functionSchema.shape.image, { ImageUri: live.imageUri, ImageConfig })
    : live.imageUri;
}

/** Reads every kind of attachment. An absent one, or one with AWS's default, adds no field. */
async function attachmentsOf(
  aws: Aws,
  name: string,
  leftOut: Imported['leftOut'],
): Promise<{ attachments: Attachments; callers: CallerName[] }> {
  const host = new FunctionResource(aws, { name });
  await Promise.all([host.read(), aws.knowAccount()]);
  const things = new Things({ name: '', origin: '', things: [] }, aws);
  const every = await everyAttachment(aws, host);
  const live = new Map<Part, unknown>();
  await Promise.all(
    every.map(async (one) => {
      try {
        live.set(one, await one.read());
      } catch (error) {
        if (scopeOf(error) !== 'call') throw error;
        leftOut.push({ field: one.kind, reason: describeError(error, { alone: true }).message });
      }
    }),
  );
  let fields: Record<string, unknown> = {};
  for (const one of every) {
    const answer = live.get(one);
    if (answer === undefined) continue;
    // All aliases share one map.
    fields = merged(fields, firstOnly(fields, one, answer, leftOut));
  }
  const said = attachmentFields(fields) ?? {};
  const policies = every.filter((one) => one instanceof PermissionsResource && live.has(one));
  const statements = new Map(
    policies.map((one) => [one.qualifier, live.get(one) as Statement[] | undefined]),
  );
  const callers = [...live].flatMap(([one, state]) => [...callersIn(one, state)]);
  return { attachments: withClaims(said, statements, { name, things }), callers };
}

/** slsctl.yml has one URL, and one statement with an id, for a function and all its aliases. Triggers are a list. */
function firstOnly(
  fields: Record<string, unknown>,
  one: Part,
  answer: unknown,
  leftOut: Imported['leftOut'],
): Record<string, unknown> {
  const { Url, Permissions = {}, Triggers, ...rest } = one.fields(answer) ?? {};
  const known = (fields.Permissions ?? {}) as object;
  const doubled = Object.keys(Permissions as object).filter((id) => Object.hasOwn(known, id));
  for (const id of doubled) {
    leftOut.push({
      field: `permissions.${id} of ${one.name}`,
      reason: 'another statement has this id, and slsctl.yml has one for each id',
    });
  }
  if (Url && fields.Url) {
    leftOut.push({ field: `url of ${one.name}`, reason: 'slsctl.yml has one URL for each function' });
  }
  const single = Object.entries(Permissions as object).filter(([id]) => !doubled.includes(id));
  return {
    ...rest,
    ...(Triggers
      ? { Triggers: [...((fields.Triggers ?? []) as unknown[]), ...(Triggers as unknown[])] }
      : {}),
    ...(Url && !fields.Url ? { Url } : {}),
    ...(single.length > 0 ? { Permissions: Object.fromEntries(single) } : {}),
  };
}

/** Omits the statements that other fields need; null keeps an absent one absent. `policies`: the statements that are live. */
function withClaims(
  said: Attachments,
  policies: ReadonlyMap<Qualifier, readonly Statement[] | undefined>,
  of: Pick<ClaimSite, 'name' | 'things'>,
): Attachments {
  if (policies.size === 0) return said;
  const claims = claimsOf(said, of);
  const others = Object.entries(said.permissions ?? {}).filter(([id]) => !claims.owns(id));
  const absent = [...policies].flatMap(([qualifier, live]) =>
    unmetClaims(claims.at(qualifier), live).map((id) => [id, null] as const),
  );
  const permissions = [...others, ...absent];
  return { ...said, permissions: permissions.length > 0 ? Object.fromEntries(permissions) : undefined };
}

async function retentionOf(
  aws: Aws,
  name: string,
  settings: FunctionSettings,
): Promise<number | 'never' | undefined> {
  const logGroup = await readLogGroup(aws, logGroupName(name, settings));
  return logGroup && (logGroup.group.retentionInDays ?? 'never');
}

function userTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^(aws|slsctl):/.test(key)));
}

/** The fields in the schema's order; fields that the schema refuses go to `leftOut`. */
function valid(all: Record<string, unknown>, leftOut: Imported['leftOut']): Record<string, unknown> {
  const fields = Object.entries(functionSchema.shape).flatMap(([field, schema]) => {
    const value = all[field];
    if (value === undefined) return [];
    const { error } = schema.safeParse(value);
    const [issue] = error?.issues ?? [];
    if (!issue) return [[field, value] as const];
    leftOut.push({ field: [field, ...issue.path].join('.'), reason: `allowed: ${issue.message}` });
    return [];
  });
  return Object.fromEntries(fields);
}
