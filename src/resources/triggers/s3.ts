// Buckets: Amazon S3 calls the function when objects come, change or go.
import type { TriggerValues } from '../../config/triggers/all.ts';
import type { Things } from '../things/things.ts';
import { bindingId, functionIn, isIdFor, qualifierIn } from './binding/own-binding.ts';
import { boundSources, type Permitted, permittedSources } from './binding/sources.ts';
import { isStatementOf, statementId } from './binding/statement-id.ts';
import type { FunctionNotification } from './bucket/configuration.ts';
import { BucketEntries, DeclaredNotification, NotificationResource } from './bucket/notification.ts';
import { notificationsIn } from './bucket/overlap.ts';
import type { Entry, TriggerKind } from './kind.ts';

type Declared = TriggerValues['s3'];

const everyCreation = ['s3:ObjectCreated:*'];

function parse(declared: Declared, things: Things) {
  const { bucket, events, prefix, suffix, id } =
    typeof declared === 'string' ? { bucket: declared } : (declared as Exclude<Declared, string>);
  return {
    source: things.locate('bucket', bucket),
    events: [events ?? everyCreation].flat(),
    prefix: prefix ?? '',
    suffix: suffix ?? '',
    id,
  };
}

export const s3: TriggerKind<Declared> = {
  resources(entries, { aws, host, owner, config, places, things, shared }) {
    return numbered(entries, things).map(({ entry, number, ...said }) => {
      const { source, id = bindingId(host.name, number) } = said;
      return new DeclaredNotification(aws, host, {
        ...{ ...said, id, owner, entry: entryOf },
        ...{ qualifier: entry.qualifier, index: entry.index, key: config.key },
        from: labelOf(source.name, number),
        siblings: shared(`bucket ${source.name}`, () => new BucketEntries()),
        needs: [...places.callable(entry.qualifier), ...(source.own ? [source.own.resource] : [])],
      });
    });
  },
  claims: {
    /** Source: https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html */
    of({ declared, qualifier }, { things }) {
      const { source } = parse(declared, things);
      const permission = {
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
        SourceArn: source.arn,
        SourceAccount: source.account,
      };
      return [{ id: statementId('s3', source.name), qualifier, permission }];
    },
    owns: (id) => isStatementOf('s3', id),
  },
  async every(aws, host) {
    const sources = await permittedSources(aws, host, 's3');
    return notificationsOf(sources, aws, host);
  },
  async leftBehind(entries, { aws, host, things }) {
    const declared = numbered(entries, things).map(({ source, number, id }) => ({
      bucket: source.name,
      id: id ?? bindingId(host.name, number),
    }));
    const live = await notificationsOf(await boundSources(aws, host, 's3', 's3'), aws, host);
    return live.filter(
      ({ bucket, id }) =>
        isIdFor(host.name, id) && !declared.some((one) => one.bucket === bucket && one.id === id),
    );
  },
};

/** The entries, each with its number among those of the same bucket. */
function numbered(entries: readonly Entry<Declared>[], things: Things) {
  const counts = new Map<string, number>();
  return entries.map((entry) => {
    const said = parse(entry.declared, things);
    const number = (counts.get(said.source.name) ?? 0) + 1;
    counts.set(said.source.name, number);
    return { entry, number, ...said };
  });
}

/** All notifications of these buckets that call the function. */
async function notificationsOf(
  sources: readonly Permitted[],
  aws: Parameters<TriggerKind<Declared>['every']>[0],
  host: Parameters<TriggerKind<Declared>['every']>[1],
): Promise<NotificationResource[]> {
  const names = [...new Set(sources.map(({ arn }) => arn.split(':')[5] ?? ''))].filter(isBucketName);
  if (names.length === 0) return [];
  const { isUnreadable, readConfiguration } = await import('./bucket/configuration.ts');
  const found = await Promise.all(
    names.map(async (bucket) => {
      const configuration = await readConfiguration(aws, bucket);
      if (isUnreadable(configuration)) return [];
      const { LambdaFunctionConfigurations = [] } = configuration;
      const here = notificationsIn({ LambdaFunctionConfigurations });
      return here
        .filter(({ arn }) => functionIn(arn) === host.name)
        .map(({ id, arn }, index) => {
          const qualifier = qualifierIn(arn);
          const from = labelOf(bucket, index + 1);
          return new NotificationResource(aws, host, { bucket, id, qualifier, from, entry: entryOf });
        });
    }),
  );
  return found.flat();
}

/** A resource policy may name buckets by a pattern. */
function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]+$/.test(name);
}

function labelOf(bucket: string, number: number): string {
  return number === 1 ? bucket : `${bucket} (${number})`;
}

function entryOf(live: FunctionNotification, bucket: string): Record<string, unknown> {
  const [one] = notificationsIn({ LambdaFunctionConfigurations: [live] });
  if (!one) return {};
  const { id, arn, events, prefix, suffix } = one;
  return {
    Bucket: bucket,
    ...(events.join() === everyCreation.join() ? {} : { Events: events }),
    Prefix: prefix,
    Suffix: suffix,
    ...(isIdFor(functionIn(arn) ?? '', id) ? {} : { Id: id }),
  };
}
