// Turns a function of slsctl.yml, merged with its defaults, into settings with the API's names, and checks it as a whole.
import { resolve } from 'node:path';
import { environmentProblem } from '../advise/limits.ts';
import { apiName, apiNames } from './api-names.ts';
import type { Attachments } from './attachments/all.ts';
import { nullsIn, withoutNulls } from './nulls.ts';
import { packagingOf, packagingProblems } from './packaging.ts';
import type { FunctionConfig, FunctionSettings, Removals } from './project.ts';
import { qualifierProblems } from './qualifiers.ts';
import { attachmentNames, packagingNames } from './schema/field-names.ts';
import type { FunctionFile } from './schema/function.ts';

/** Fields that only functions with code have, and not those with an image. */
const codeFields = ['runtime', 'handler', 'layers'] as const;

/** Its links are added later, when the things of the project are known. */
export function toFunction(
  key: string,
  name: string,
  file: FunctionFile,
  dir: string,
): Omit<FunctionConfig, 'links'> {
  const { code, image, role, policies, statements, permissionsBoundary, tags, ...others } = file;
  const { logRetentionInDays, link: _, ...rest } = others;
  const location = typeof code === 'string' ? { path: code } : (code ?? {});
  return {
    key,
    name,
    settings: settingsOf(rest, image),
    removals: removalsOf(file),
    attachments: attachmentsOf(file),
    image: typeof image === 'object' ? image.imageUri : image,
    code: {
      path: resolve(dir, location.path ?? '.'),
      include: location.include ?? [],
      exclude: location.exclude ?? [],
    },
    packaging: packagingOf(file, dir),
    role: role ?? undefined,
    policies: policies ?? [],
    statements: statements ?? [],
    permissionsBoundary: permissionsBoundary ?? undefined,
    tags: withoutNulls(tags),
    logRetentionInDays: typeof logRetentionInDays === 'number' ? logRetentionInDays : undefined,
  };
}

function settingsOf(file: FunctionFile, image: FunctionFile['image']): FunctionSettings {
  const { environment, ephemeralStorage, ...fields } = file;
  for (const field of [...attachmentNames, ...packagingNames]) {
    delete fields[field as keyof typeof fields];
  }
  if (image) for (const field of codeFields) delete fields[field];
  const size = typeof ephemeralStorage === 'object' ? ephemeralStorage?.size : ephemeralStorage;
  const imageConfig = typeof image === 'object' ? image.imageConfig : undefined;
  return {
    ...(apiNames(withoutNulls(fields)) as object),
    ...(environment && {
      Environment: {
        Variables: Object.fromEntries(
          Object.entries(withoutNulls(environment)).map(([variable, value]) => [variable, String(value)]),
        ),
      },
    }),
    ...(size !== undefined && { EphemeralStorage: { Size: size } }),
    ...(image && { PackageType: 'Image' as const }),
    ...(imageConfig && { ImageConfig: apiNames(imageConfig) as object }),
  };
}

function attachmentsOf(file: FunctionFile): Attachments {
  return Object.fromEntries(
    attachmentNames.filter((name) => file[name] !== undefined).map((name) => [name, file[name]]),
  );
}

function removalsOf(file: FunctionFile): Removals {
  const { environment, tags, image } = file;
  const otherFields: readonly string[] = [
    ...['role', 'policies', 'statements', 'link', 'permissionsBoundary', 'tags', 'logRetentionInDays'],
    ...attachmentNames,
  ];
  const settings = Object.entries(file)
    .filter(([field, value]) => value === null && !otherFields.includes(field))
    .map(([field]) => apiName(field));
  if (typeof image === 'object' && image.imageConfig === null) settings.push('ImageConfig');
  return {
    settings: settings.filter((name) => name !== 'Environment') as (keyof FunctionSettings)[],
    variables: nullsIn(environment),
    tags: nullsIn(tags),
    policies: file.policies === null,
    permissionsBoundary: file.permissionsBoundary === null,
  };
}

function aliasProblem({
  version,
  routingConfig,
  provisionedConcurrentExecutions: provisioned,
}: NonNullable<NonNullable<FunctionFile['aliases']>[string]>): string | undefined {
  const [second] = Object.keys(routingConfig?.additionalVersionWeights ?? {});
  if (provisioned && version === '$LATEST') {
    return 'which points to $LATEST: provisioned concurrency needs a published version';
  }
  if (second === undefined) return undefined;
  if (version === undefined) return 'which has routingConfig, and needs version too';
  if (version === '$LATEST') return 'which points to $LATEST: a routingConfig needs published versions';
  if (second === String(version)) return `whose routingConfig names version ${second} a second time`;
  return provisioned ? 'which takes either routingConfig or provisionedConcurrentExecutions' : undefined;
}

/** Problems of a function as a whole: fields that need or exclude each other. */
export function problemsOf(
  own: FunctionFile,
  merged: FunctionFile,
): { field: keyof FunctionFile; sentence: string }[] {
  const problems: { field: keyof FunctionFile; sentence: string }[] = [];
  const refuse = (field: keyof FunctionFile, sentence: string) => problems.push({ field, sentence });
  if (merged.image) {
    for (const field of [...codeFields, 'code', ...packagingNames] as const) {
      if (own[field]) refuse(field, 'is only for functions with code, but this one has an image');
    }
  } else {
    for (const field of ['runtime', 'handler'] as const) {
      if (merged[field] === undefined) refuse(field, 'is missing');
    }
  }
  if (merged.role) {
    for (const field of ['policies', 'statements', 'permissionsBoundary'] as const) {
      if (own[field]) refuse(field, 'is only for a role that slsctl creates, but role: names your own role');
    }
  }
  for (const { field, sentence } of packagingProblems(own, merged)) refuse(field, sentence);
  const variables = Object.entries(withoutNulls(merged.environment)).map(([key, value]) => [
    key,
    String(value),
  ]);
  const environment = environmentProblem(Object.fromEntries(variables));
  if (environment) refuse('environment', environment);
  const { subnetIds = [], securityGroupIds = [] } = merged.vpcConfig ?? {};
  if (subnetIds.length > 0 !== securityGroupIds.length > 0) {
    refuse('vpcConfig', 'needs subnetIds and securityGroupIds together');
  }
  if (merged.fileSystemConfigs?.length && subnetIds.length === 0) {
    refuse('fileSystemConfigs', 'needs vpcConfig: a function reaches file systems through a VPC');
  }
  const { logFormat, applicationLogLevel, systemLogLevel } = merged.loggingConfig ?? {};
  if ((applicationLogLevel ?? systemLogLevel) !== undefined && logFormat !== 'JSON') {
    refuse('loggingConfig', 'has a log level, which needs logFormat: JSON');
  }
  const { updateRuntimeOn, runtimeVersionArn } = merged.runtimeManagementConfig ?? {};
  if ((updateRuntimeOn === 'Manual') !== (runtimeVersionArn !== undefined)) {
    refuse(
      'runtimeManagementConfig',
      'needs runtimeVersionArn with updateRuntimeOn: Manual, and does not allow it otherwise',
    );
  }
  for (const [name, alias] of Object.entries(merged.aliases ?? {})) {
    const sentence = alias && aliasProblem(alias);
    if (sentence) refuse('aliases', `has ${name}, ${sentence}`);
  }
  for (const { field, sentence } of qualifierProblems(merged)) refuse(field, sentence);
  return problems;
}
