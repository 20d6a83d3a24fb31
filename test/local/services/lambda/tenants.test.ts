// Functions that isolate their tenants: each tenant has its own environments.
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesZip } from '../../zip.ts';
import { createFunction, invalidParameter, type LambdaAws, refusal, startLambda } from './fixture.ts';

const code = `count = 0
def handler(event, context):
    global count
    count += 1
    return [context.tenant_id, count]
`;

let aws: LambdaAws;
let isolated = '';
let shared = '';

beforeAll(async () => {
  aws = await startLambda();
  const Code = { ZipFile: filesZip({ 'index.py': code }) };
  isolated = await createFunction(aws, { Code, TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } });
  shared = await createFunction(aws, { Code });
});
afterAll(() => aws?.stop());

async function invoke(FunctionName: string, TenantId?: string): Promise<unknown> {
  const { Payload } = await aws.lambda.send(new InvokeCommand({ FunctionName, TenantId }));
  return JSON.parse(Payload?.transformToString() ?? '');
}

describe('tenants of a function', () => {
  it('share no environment, and reuse their own', async () => {
    expect(await invoke(isolated, 'blue')).toEqual(['blue', 1]);
    expect(await invoke(isolated, 'green')).toEqual(['green', 1]);
    expect(await invoke(isolated, 'blue')).toEqual(['blue', 2]);
    const get = new GetFunctionConfigurationCommand({ FunctionName: isolated });
    expect((await aws.lambda.send(get)).TenancyConfig).toEqual({ TenantIsolationMode: 'PER_TENANT' });
  });

  it('must be named for isolated functions, and only there', async () => {
    expect(await refusal(invoke(isolated))).toEqual(
      invalidParameter(
        'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.',
      ),
    );
    expect(await refusal(invoke(shared, 'blue'))).toEqual(
      invalidParameter(
        'The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again.',
      ),
    );
    expect((await refusal(invoke(isolated, 'blue!'))).message).toBe(
      "1 validation error detected: Value 'blue!' at 'tenantId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9\\._:\\/=+\\-@ ]+",
    );
  });
});
