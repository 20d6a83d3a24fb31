// The services of the local AWS and their operations as Markdown, from the handlers.
import { compose } from '../../src/local/compose.ts';
import { operationsOf } from '../../src/local/protocols/operations.ts';
import type { Service } from '../../src/local/service.ts';
import * as all from '../../src/local/services/all.ts';
import { surroundings } from '../../test/local/composed.ts';

/** By the name in the signing scope: what people call it. */
const titles: Record<string, string> = {
  lambda: 'Lambda',
  iam: 'IAM',
  sts: 'STS',
  logs: 'CloudWatch Logs',
  monitoring: 'CloudWatch metrics',
  s3: 'S3',
  ssm: 'Parameter Store',
  secretsmanager: 'Secrets Manager',
  tagging: 'Resource Groups Tagging API',
};

export const serviceBlocks: Record<string, () => string> = {
  'local services': () => {
    const { services } = compose(all, surroundings());
    const missing = services.filter(({ name }) => !titles[name]).map(({ name }) => name);
    if (missing.length > 0) throw new Error(`these services have no title: ${missing.join(', ')}`);
    const inOrder = Object.keys(titles).flatMap((name) => services.filter((one) => one.name === name));
    return inOrder.map(section).join('\n\n');
  },
};

/** So many missing operations are worth naming. */
const few = 20;

function section({ name, sdk, handlers }: Service): string {
  const operations = [...operationsOf(sdk as object).values()].map((one) => one.name).sort();
  const has = operations.filter((operation) => operation in handlers);
  const hasNot = operations.filter((operation) => !(operation in handlers));
  return [
    `### ${titles[name]} (\`${name}\`)`,
    `${has.length} of ${operations.length} operations: ${has.join(', ')}.`,
    ...(hasNot.length > 0 && hasNot.length <= few ? [`It does not have ${hasNot.join(', ')}.`] : []),
  ].join('\n\n');
}
