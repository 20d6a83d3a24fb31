// What slsctl may call on AWS for HTTP APIs. IAM names the actions of API Gateway by HTTP methods, and its resources by
// paths without an account.
import { routesOf } from '../../config/apis/routes.ts';
import type { Project } from '../../config/project.ts';
import { type Need, need, type Purpose } from './needs.ts';

const reading: readonly Purpose[] = ['read', 'deploy', 'destroy'];
const changing: readonly Purpose[] = ['deploy'];
const removing: readonly Purpose[] = ['deploy', 'destroy'];

/** On the APIs, and on all that belongs to them: their ids are not known before they are made. */
const onApis: readonly Need<unknown>[] = [
  need('apigateway', reading, ['GET']),
  need('apigateway', changing, ['POST', 'PATCH']),
  need('apigateway', removing, ['DELETE']),
];

const onTags: readonly Need<unknown>[] = [
  need('apigateway', changing, ['POST', 'DELETE'], { why: 'tags of an API that changes' }),
];

const onDomains = onApis;

/** Without a resource: API Gateway asks for them when a stage gets an access log. */
const onLogs: readonly Need<unknown>[] = [
  need(
    'logs',
    changing,
    [
      ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery'],
      ...['ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies'],
    ],
    { why: 'AWS sets up the delivery of an access log for the caller' },
  ),
];

/** On the functions that authorizers of the API call: their statements are the project's, whatever triggers they have. */
const onAuthorizers: readonly Need<unknown>[] = [
  need('lambda', reading, ['GetPolicy']),
  need('lambda', removing, ['AddPermission', 'RemovePermission']),
];

interface ApiStatement {
  readonly title: string;
  readonly needs: readonly Need<unknown>[];
  readonly resources: readonly string[] | '*';
}

/** `on`: the ARN of a path of API Gateway. `ofFunction`: the ARN of a function, by its name. */
export function apiStatements(
  { functions, api }: Pick<Project, 'functions' | 'api'>,
  on: (path: string) => string,
  ofFunction: (name: string) => string,
): ApiStatement[] {
  const routes = routesOf(functions);
  if (routes.length === 0) return [];
  const called = new Set(Object.values(api?.authorizers ?? {}).map((one) => one.function));
  const authorizers = functions.filter(({ key }) => called.has(key)).map(({ name }) => ofFunction(name));
  const domains = api?.domain ? ['/domainnames', `/domainnames/${api.domain.name}`] : [];
  return [
    { title: 'Apis', needs: onApis, resources: ['/apis', '/apis/*'].map(on) },
    {
      title: 'Authorizers',
      needs: onAuthorizers,
      resources: authorizers.flatMap((arn) => [arn, `${arn}:*`]),
    },
    { title: 'ApiTags', needs: onTags, resources: [on('/tags/*')] },
    {
      title: 'DomainNames',
      needs: onDomains,
      resources: domains.flatMap((path) => (path.endsWith('s') ? [on(path)] : [on(path), on(`${path}/*`)])),
    },
    ...(api?.accessLog !== undefined
      ? [{ title: 'AccessLogs', needs: onLogs, resources: '*' as const }]
      : []),
  ];
}
