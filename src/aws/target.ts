// The target of a run: the account, region, stage and endpoint that its calls go to.
import type { Aws } from './aws.ts';

export interface Target {
  /** Its number; `local`: the local AWS; `unknown`: it could not be asked. */
  account: string;
  region: string;
  stage?: string;
  /** The endpoint of a service that is not AWS's own, that of Lambda before others. Undefined: there is none. */
  endpoint?: string;
}

/** Milliseconds. A command does not wait longer for the number of the account, as where STS cannot be reached. */
const patience = 5000;

/** Asks STS for the account, unless it is the local AWS. Never rejects: an account that cannot be asked is `unknown`. */
export async function findTarget(
  aws: Pick<Aws, 'region' | 'endpoints' | 'identity'>,
  { local, stage }: { local?: boolean; stage?: string },
): Promise<Target> {
  const { region } = aws;
  const endpoint = aws.endpoints.find((one) => !isAwsOwn(one));
  return {
    account: local ? 'local' : await accountOf(aws),
    region,
    stage,
    endpoint: endpoint && withoutPassword(endpoint),
  };
}

async function accountOf(aws: Pick<Aws, 'identity'>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  const identity = await Promise.race([aws.identity().catch(() => {}), late]);
  clearTimeout(timer);
  return identity?.account || 'unknown';
}

function withoutPassword(endpoint: string): string {
  const url = new URL(endpoint);
  if (url.username === '' && url.password === '') return endpoint;
  return Object.assign(url, { username: '', password: '' }).href;
}

/** Whether the endpoint belongs to AWS, as that of a VPC or of another partition does. */
function isAwsOwn(endpoint: string): boolean {
  return /(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
}
