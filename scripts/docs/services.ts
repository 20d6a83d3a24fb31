// The services of the local AWS and their operations as Markdown, from the handlers.
import { compose } from '../../src/local/compose.ts';
import { operationsOf } from '../../src/local/protocols/operations.ts';
import type { Service } from '../../src/local/service.ts';
import * as all from '../../src/local/services/all.ts';
import { surroundings } from '../../test/local/composed.ts';

/** What people call a service, where it is not the name that the SDK gives it. */
const commonNames: Record<string, string> = {
  ApiGatewayV2: 'API Gateway V2: HTTP APIs',
  CloudWatch: 'CloudWatch metrics',
  'Cognito Identity Provider': 'Cognito user pools',
  'Elastic Load Balancing v2': 'Elastic Load Balancing',
  SSM: 'Parameter Store',
};

export const serviceBlocks: Record<string, () => string> = {
  'local services': () =>
    compose(all, surroundings())
      .services.map((service) => ({ service, title: titleOf(service) }))
      .toSorted((a, b) => (a.title < b.title ? -1 : 1))
      .map(({ service, title }) => section(service, title))
      .join('\n\n'),
};

function titleOf({ sdk }: Service): string {
  const [, Client] =
    Object.entries(sdk as object).find(([name]) => /^\w+Client$/.test(name) && name !== '__Client') ?? [];
  const { serviceId } = new (Client as new (config: object) => { config: { serviceId: string } })({
    region: 'us-east-1',
  }).config;
  return commonNames[serviceId] ?? serviceId;
}

/** The most missing operations that are named. */
const namedMissing = 20;

function section({ name, sdk, handlers }: Service, title: string): string {
  const operations = [...operationsOf(sdk as object).values()].map((one) => one.name).sort();
  const has = operations.filter((operation) => operation in handlers);
  const hasNot = operations.filter((operation) => !(operation in handlers));
  return [
    `### ${title} (\`${name}\`)`,
    `${has.length} of ${operations.length} operations: ${has.join(', ')}.`,
    ...(hasNot.length > 0 && hasNot.length <= namedMissing ? [`It does not have ${hasNot.join(', ')}.`] : []),
  ].join('\n\n');
}
