// Versions of a secret and their labels: a label is on one version at a time.
import { exists } from './errors.ts';
import type { SecretRecord, SecretVersion } from './state.ts';

export const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';
const pending = 'AWSPENDING';

export interface Value {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

type Versions = readonly SecretVersion[];

/** The secret with one more version. The same token with the same value changes nothing. */
export function withVersion(
  secret: SecretRecord,
  id: string,
  { SecretString, SecretBinary }: Value,
  wanted: readonly string[],
  now: number,
): SecretRecord {
  const binary = SecretBinary && Buffer.from(SecretBinary).toString('base64');
  const before = secret.versions.find((version) => version.id === id);
  const hasValue = before?.string !== undefined || before?.binary !== undefined;
  if (before && hasValue && (before.string !== SecretString || before.binary !== binary)) {
    throw exists(
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  if (before && hasValue) return secret;
  // The first version is always the current one, whatever labels were requested.
  const stages = secret.versions.length === 0 ? [...new Set([...wanted, current])] : wanted;
  const added: SecretVersion = {
    id,
    ...(SecretString === undefined ? {} : { string: SecretString }),
    ...(binary === undefined ? {} : { binary }),
    stages: [],
    created: now,
    ...(secret.kmsKeyId === undefined ? {} : { kmsKeyId: secret.kmsKeyId }),
  };
  const others = secret.versions.filter((version) => version.id !== id);
  return { ...secret, versions: labelled([...others, added], id, stages), changed: now };
}

/** Puts the labels on this version only; the version that was current becomes the previous one. */
export function labelled(versions: Versions, id: string, stages: readonly string[]): SecretVersion[] {
  let all = [...versions];
  for (const stage of stages) all = moved(all, stage, id);
  return all;
}

export function moved(versions: Versions, stage: string, to: string | undefined): SecretVersion[] {
  const holder = versions.find((version) => version.stages.includes(stage));
  if (holder?.id === to) return [...versions];
  let all = versions.map((version) => {
    const kept = version.stages.filter((one) => one !== stage);
    return version.id === to ? staged(version, [...kept, stage]) : staged(version, kept);
  });
  if (stage === current && holder) {
    // The version that was rotated out is no longer pending.
    all = all.map((version) =>
      version.id === holder.id
        ? staged(
            version,
            version.stages.filter((one) => one !== pending),
          )
        : version,
    );
    all = moved(all, previous, holder.id);
  }
  return all;
}

function staged(version: SecretVersion, stages: readonly string[]): SecretVersion {
  return { ...version, stages: [...stages].sort() };
}

export function stagesById({ versions }: SecretRecord): Record<string, string[]> | undefined {
  const held = versions.filter(({ stages }) => stages.length > 0);
  return held.length > 0 ? Object.fromEntries(held.map(({ id, stages }) => [id, [...stages]])) : undefined;
}
