// The names on AWS of what a project makes for itself, and their ARNs.
import { partition } from '@aws-sdk/core/client';
import { cut } from '../cut.ts';
import { isFifo } from './declared.ts';
import type { ThingConfig, ThingKind } from './kinds.ts';

/** Where a thing is. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** Names of AWS that are longer are cut, and end with a hash. */
const longest: Record<ThingKind, number> = {
  bucket: 63,
  queue: 80,
  topic: 256,
  table: 255,
  stream: 128,
  'state machine': 80,
};

/** `PROJECT-KEY[-STAGE]`; FIFO with `.fifo`; buckets, whose names are unique in the world, with account and region. */
export function thingName(
  thing: ThingConfig,
  { name: project, stage }: { readonly name: string; readonly stage?: string },
  { account, region }: Place,
): string {
  const fifo = (thing.kind === 'queue' || thing.kind === 'topic') && isFifo(thing) ? '.fifo' : '';
  if (thing.name !== undefined) return thing.name.endsWith(fifo) ? thing.name : `${thing.name}${fifo}`;
  const base = [project, thing.key, ...(stage === undefined ? [] : [stage])].join('-');
  if (thing.kind === 'bucket') {
    const suffix = `-${account}-${region}`;
    return `${cut(bucketText(base), longest.bucket - suffix.length)}${suffix}`;
  }
  return `${cut(base, longest[thing.kind] - fifo.length)}${fifo}`;
}

/** S3 takes small letters, digits and hyphens, a letter or digit first. */
function bucketText(text: string): string {
  return text.toLowerCase().replaceAll('_', '-').replace(/^-+/, '');
}

/** The ARN of the thing with this name. */
export function thingArn(kind: ThingKind, name: string, { account, region }: Place): string {
  const { name: aws } = partition(region);
  const of = (service: string, rest: string) => `arn:${aws}:${service}:${region}:${account}:${rest}`;
  switch (kind) {
    case 'bucket':
      return `arn:${aws}:s3:::${name}`;
    case 'queue':
      return of('sqs', name);
    case 'topic':
      return of('sns', name);
    case 'table':
      return of('dynamodb', `table/${name}`);
    case 'stream':
      return of('kinesis', `stream/${name}`);
    case 'state machine':
      return of('states', `stateMachine:${name}`);
  }
}
