// The resource policy of a REST API, as AWS answers it.
import { partitionOf } from '../../../partition.ts';
import type { ApiRecord } from '../records.ts';

interface Statement {
  Resource?: string | string[];
  [member: string]: unknown;
}

type Placed = Pick<ApiRecord, 'id' | 'account' | 'region' | 'policy'>;

/** `arn:aws:execute-api:eu-central-1:123456789012:abc/STAGE/GET/path`, without the part after the id. */
export const executeArn = ({ id, account, region }: Placed): string =>
  `arn:${partitionOf(region)}:execute-api:${region}:${account}:${id}`;

/** The policy with whole ARNs in place of `execute-api:/…`; undefined: there is none, or it is not JSON. */
export function wholePolicy(api: Placed): { Statement: Statement[] } | undefined {
  if (api.policy === undefined) return undefined;
  let document: { Statement?: Statement | Statement[] };
  try {
    document = JSON.parse(api.policy);
  } catch {
    return undefined;
  }
  const statements = [document.Statement ?? []].flat();
  return {
    ...document,
    Statement: statements.map((statement) => ({ ...statement, ...resourceOf(api, statement) })),
  };
}

/** With escaped quotes, as AWS answers it. */
export const shownPolicy = (api: Placed): string | undefined => {
  const whole = wholePolicy(api);
  return (whole ? JSON.stringify(whole) : api.policy)?.replaceAll('"', '\\"');
};

function resourceOf(api: Placed, { Resource }: Statement): Pick<Statement, 'Resource'> {
  if (Resource === undefined) return {};
  const whole = [Resource].flat().map((one) => one.replace(/^execute-api:/, executeArn(api)));
  return { Resource: whole.length === 1 ? whole[0] : whole };
}
