// Events of other services: which of them a function's policy allows, and how they are queued.
import type { AddPermissionCommandInput } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { compose } from '../../../../../src/local/compose.ts';
import type { EventSource, Functions } from '../../../../../src/local/faces.ts';
import { createIamService } from '../../../../../src/local/services/iam/service.ts';
import { createLambdaService } from '../../../../../src/local/services/lambda/service.ts';
import { temporaryFolder } from '../../../../support/project.ts';
import { account, callerOf } from '../../../call.ts';
import { lonely, standIn, surroundings } from '../../../composed.ts';
import { functionArn, refusal, role, zip } from '../control.ts';

const arn = functionArn('f');
const source: EventSource = {
  principal: 'logs.amazonaws.com',
  sourceArn: `arn:aws:logs:eu-central-1:${account}:log-group:g:*`,
  sourceAccount: account,
};

let call: ReturnType<typeof callerOf<typeof import('@aws-sdk/client-lambda'), never>>;
let functions: Functions;
let queued: ReturnType<typeof vi.fn>;

const { policies: _, ...others } = lonely;

beforeEach(async () => {
  const factories = { createIamService, createLambdaService, rest: standIn(others) };
  const local = compose(factories, surroundings({ dir: await temporaryFolder('deliver') }));
  const lambda = local.of(createLambdaService);
  call = callerOf(lambda) as never;
  functions = lambda.faces?.functions as Functions;
  queued = vi.spyOn(lambda.state.queue, 'add').mockImplementation(() => {}) as never;
  await call('CreateFunction', {
    FunctionName: 'f',
    Role: role,
    Runtime: 'python3.13',
    Handler: 'index.handler',
    Code: { ZipFile: zip },
    Publish: true,
  });
  await call('CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' });
});

const permit = (more: Partial<AddPermissionCommandInput> = {}) =>
  call('AddPermission', {
    FunctionName: 'f',
    StatementId: 's',
    Action: 'lambda:InvokeFunction',
    Principal: 'logs.amazonaws.com',
    ...more,
  });

const deliver = async (to = arn, from: Partial<EventSource> = {}) =>
  functions.deliver(to, { hello: 'you' }, { ...source, ...from });

const denied = (to = arn) =>
  `AccessDeniedException: User: logs.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${to} because no resource-based policy allows the lambda:InvokeFunction action`;

describe('an event of another service', () => {
  it('is queued for the function whose policy allows the service', async () => {
    expect(await refusal(deliver())).toBe(denied());
    expect(functions.accepts(arn, source)).toBe(false);
    await permit();
    expect(functions.accepts(arn, source)).toBe(true);
    expect(queued).not.toHaveBeenCalled();
    await deliver();
    expect(queued).toHaveBeenCalledExactlyOnceWith({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      account,
      region: 'eu-central-1',
      name: 'f',
      qualifier: undefined,
      payload: Buffer.from('{"hello":"you"}'),
    });
    await call('RemovePermission', { FunctionName: 'f', StatementId: 's' });
    expect(await refusal(deliver())).toBe(denied());
  });

  it.each<[string, Partial<AddPermissionCommandInput>]>([
    ['the service', {}],
    ['the service in this region', { Principal: 'logs.eu-central-1.amazonaws.com' }],
    ['everybody', { Principal: '*' }],
    ['all actions of Lambda', { Action: 'lambda:*' }],
    ['its very source', { SourceArn: source.sourceArn }],
    ['sources by a pattern', { SourceArn: `arn:aws:logs:eu-central-1:${account}:log-group:?:*` }],
    ['its account', { SourceAccount: account }],
    ['its source and account', { SourceArn: source.sourceArn, SourceAccount: account }],
  ])('is accepted with a statement for %s', async (_what, statement) => {
    await permit(statement);
    await deliver();
    expect(queued).toHaveBeenCalledOnce();
  });

  it.each<[string, Partial<AddPermissionCommandInput>]>([
    ['another service', { Principal: 's3.amazonaws.com' }],
    ['the service in another region', { Principal: 'logs.us-east-1.amazonaws.com' }],
    ['an account', { Principal: account }],
    ['another action', { Action: 'lambda:GetFunction' }],
    ['another source', { SourceArn: `arn:aws:logs:eu-central-1:${account}:log-group:other:*` }],
    ['its source without the end', { SourceArn: source.sourceArn.slice(0, -2) }],
    ['another account', { SourceAccount: '999999999999' }],
    ['its source in another account', { SourceArn: source.sourceArn, SourceAccount: '999999999999' }],
    ['members of an organization', { PrincipalOrgID: 'o-1234567890' }],
  ])('is refused with a statement for %s', async (_what, statement) => {
    await permit(statement);
    expect(await refusal(deliver())).toBe(denied());
    expect(queued).not.toHaveBeenCalled();
  });

  it('for an alias or a version is allowed only by the policy of that alias or version', async () => {
    await permit();
    expect(await refusal(deliver(`${arn}:live`))).toBe(denied(`${arn}:live`));
    await permit({ Qualifier: 'live' });
    await deliver(`${arn}:live`);
    expect(queued).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ qualifier: 'live' }));
    expect(await refusal(deliver(`${arn}:1`))).toBe(denied(`${arn}:1`));
    await permit({ Qualifier: '1' });
    await deliver(`${arn}:1`);
    expect(queued).toHaveBeenLastCalledWith(expect.objectContaining({ qualifier: '1' }));
  });

  it('is refused when there is no such function, version or alias', async () => {
    expect(await refusal(deliver(functionArn('none')))).toBe(
      `ResourceNotFoundException: Function not found: ${functionArn('none')}`,
    );
    expect(await refusal(deliver(`${arn}:7`))).toMatch(/^ResourceNotFoundException/);
    expect(await refusal(deliver(`${arn}:beta`))).toMatch(/^ResourceNotFoundException/);
    expect(await refusal(deliver(arn.replace(account, '999999999999')))).toMatch(
      /^ResourceNotFoundException/,
    );
  });

  it('is refused when it is larger than the limit of asynchronous events', async () => {
    await permit();
    const large = async () => functions.deliver(arn, { text: 'x'.repeat(1_048_576) }, source);
    expect(await refusal(large())).toMatch(/^RequestEntityTooLargeException: \d+ byte payload is too large/);
  });
});
