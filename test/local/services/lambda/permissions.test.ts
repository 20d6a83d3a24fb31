// Resource policies of functions, compared with AWS's answers and errors.
import { beforeEach, describe, expect, it } from 'vitest';
import { account } from '../../call.ts';
import { functionArn, type LambdaControl, lambdaControl, refusal } from './control.ts';

let control: LambdaControl;
let call: LambdaControl['call'];

const F = functionArn('f');
const s3 = {
  FunctionName: 'f',
  StatementId: 's3',
  Action: 'lambda:InvokeFunction',
  Principal: 's3.amazonaws.com',
};
const add = async (changes: object = {}) =>
  JSON.parse((await call('AddPermission', { ...s3, ...changes })).Statement as string);
const policy = async (more: object = {}) => {
  const { Policy, RevisionId } = await call('GetPolicy', { FunctionName: 'f', ...more });
  return { Policy: JSON.parse(Policy as string), RevisionId };
};
const revision = async () => (await call('GetFunctionConfiguration', { FunctionName: 'f' })).RevisionId;

beforeEach(async () => {
  control = await lambdaControl();
  call = control.call;
  await control.create('f');
  return control.close;
});

describe('a permission on a function', () => {
  it('is answered as a statement and kept in a policy', async () => {
    const statement = {
      Sid: 's3',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: F,
      Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::bucket' } },
    };
    expect(await add({ SourceArn: 'arn:aws:s3:::bucket' })).toEqual(statement);
    const { Policy, RevisionId } = await policy();
    expect(Policy).toEqual({ Version: '2012-10-17', Id: 'default', Statement: [statement] });
    expect(RevisionId).toBe(await revision());
  });

  it('has no Condition without conditions', async () => {
    expect(Object.keys(await add())).toEqual(['Sid', 'Effect', 'Principal', 'Action', 'Resource']);
  });

  it.each([
    ['*', '*'],
    ['lambda.amazonaws.com', { Service: 'lambda.amazonaws.com' }],
    ['alexa-appkit.amazon.com', { Service: 'alexa-appkit.amazon.com' }],
    ['logs.eu-central-1.amazonaws.com', { Service: 'logs.eu-central-1.amazonaws.com' }],
    [account, { AWS: `arn:aws:iam::${account}:root` }],
    [`arn:aws:iam::${account}:role/x`, { AWS: `arn:aws:iam::${account}:role/x` }],
  ])('has the principal %s', async (Principal, wanted) => {
    expect((await add({ Principal })).Principal).toEqual(wanted);
  });

  it("has every condition under AWS's key for it", async () => {
    const statement = await add({
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      SourceArn: 'arn:aws:s3:::bucket',
      SourceAccount: account,
      PrincipalOrgID: 'o-1234567890',
      FunctionUrlAuthType: 'NONE',
      EventSourceToken: 'amzn1.ask.skill.xxx',
      InvokedViaFunctionUrl: true,
    });
    expect(statement.Condition).toEqual({
      StringEquals: {
        'AWS:SourceAccount': account,
        'lambda:FunctionUrlAuthType': 'NONE',
        'aws:PrincipalOrgID': 'o-1234567890',
        'lambda:EventSourceToken': 'amzn1.ask.skill.xxx',
      },
      ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::bucket' },
      Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
    });
    const order = ['AWS:SourceAccount', 'lambda:FunctionUrlAuthType', 'aws:PrincipalOrgID'];
    expect(Object.keys(statement.Condition.StringEquals).slice(0, 3)).toEqual(order);
  });

  it('belongs to the qualifier that it was added for', async () => {
    await control.alias('f', 'live');
    expect((await add({ Qualifier: '1' })).Resource).toBe(`${F}:1`);
    expect((await add({ FunctionName: 'f:live' })).Resource).toBe(`${F}:live`);
    expect(await refusal(policy())).toMatch(/does not exist/);
    expect((await policy({ Qualifier: 'live' })).Policy.Statement).toHaveLength(1);
    expect((await policy({ FunctionName: `${F}:1` })).Policy.Statement[0].Resource).toBe(`${F}:1`);
  });

  it('changes the RevisionId, and requires the given one', async () => {
    const before = await revision();
    const wrong =
      'PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id';
    expect(await refusal(add({ RevisionId: 'wrong' }))).toBe(wrong);
    await add({ RevisionId: before });
    const after = await revision();
    expect(after).not.toBe(before);
    const remove = (RevisionId: string | undefined) =>
      call('RemovePermission', { FunctionName: 'f', StatementId: 's3', RevisionId });
    expect(await refusal(remove(before))).toBe(wrong);
    await remove(after);
    expect(await revision()).not.toBe(after);
  });

  it('has a RevisionId that stays when the function changes, and is the one to give', async () => {
    await add();
    const { RevisionId } = await policy();
    await call('UpdateFunctionConfiguration', { FunctionName: 'f', Timeout: 9 });
    expect(await revision()).not.toBe(RevisionId);
    expect((await policy()).RevisionId).toBe(RevisionId);
    expect(await refusal(add({ StatementId: 'two', RevisionId: await revision() }))).toMatch(
      /^PreconditionFailedException/,
    );
    await add({ StatementId: 'two', RevisionId });
    expect((await policy()).RevisionId).toBe(await revision());
  });

  it('is removed, and the policy with the last one', async () => {
    const remove = (StatementId: string, more: object = {}) =>
      call('RemovePermission', { FunctionName: 'f', StatementId, ...more });
    expect(await refusal(remove('s3'))).toBe(
      'ResourceNotFoundException: No policy is associated with the given resource.',
    );
    await add();
    await add({ StatementId: 'sqs' });
    expect(await refusal(remove('non-existent'))).toBe(
      'ResourceNotFoundException: Statement non-existent is not found in resource policy.',
    );
    await remove('sqs');
    expect((await policy()).Policy.Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['s3']);
    await remove('s3');
    expect(await refusal(policy())).toBe(
      'ResourceNotFoundException: The resource you requested does not exist.',
    );
  });

  it('is deleted with its alias', async () => {
    await control.alias('f', 'live');
    await add({ Qualifier: 'live' });
    await call('DeleteAlias', { FunctionName: 'f', Name: 'live' });
    await control.alias('f', 'live');
    expect(await refusal(policy({ Qualifier: 'live' }))).toMatch(/does not exist/);
  });

  it('of an alias changes the RevisionId of the alias', async () => {
    await control.alias('f', 'live');
    const revisionOfAlias = async () =>
      (await call('GetAlias', { FunctionName: 'f', Name: 'live' })).RevisionId;
    const before = await revisionOfAlias();
    await add({ Qualifier: 'live', RevisionId: before });
    expect(await revisionOfAlias()).not.toBe(before);
    expect((await policy({ Qualifier: 'live' })).RevisionId).toBe(await revisionOfAlias());
  });

  it('is deleted with its function', async () => {
    await add();
    await call('DeleteFunction', { FunctionName: 'f' });
    await control.create('f');
    expect(await refusal(policy())).toMatch(/The resource you requested does not exist/);
  });

  it.each([
    [
      { StatementId: 'example.com' },
      "ValidationException: 1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
    ],
    [
      { SourceAccount: '12' },
      "ValidationException: 1 validation error detected: Value '12' at 'sourceAccount' failed to satisfy constraint: Member must satisfy regular expression pattern: \\d{12}",
    ],
    [
      { FunctionUrlAuthType: 'X', Action: 'nothing' },
      "ValidationException: 2 validation errors detected: Value 'nothing' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*]); Value 'X' at 'functionUrlAuthType' failed to satisfy constraint: Member must satisfy enum value set: [AWS_IAM, NONE]",
    ],
    [
      { FunctionName: 'f:alias', Qualifier: 'other' },
      'InvalidParameterValueException: The derived qualifier from the function name does not match the specified qualifier.',
    ],
    [
      { Qualifier: '$LATEST' },
      'InvalidParameterValueException: We currently do not support adding policies for $LATEST.',
    ],
    [
      { Principal: 'invalid.nonaws.com' },
      'InvalidParameterValueException: The provided principal was invalid. Please check the principal and try again.',
    ],
    [{ FunctionName: 'none' }, `ResourceNotFoundException: Function not found: ${functionArn('none')}`],
    [{ Qualifier: 'nothing' }, `ResourceNotFoundException: Cannot find alias arn: ${F}:nothing`],
    [{ Qualifier: '42' }, `ResourceNotFoundException: Function not found: ${F}:42`],
    [{ Qualifier: 'with-$-but' }, `ResourceNotFoundException: Function not found: ${F}:with-$-but`],
    [
      { StatementId: 'there' },
      'ResourceConflictException: The statement id (there) provided already exists. Please provide a new statement id, or remove the existing statement.',
    ],
  ])('is refused with %j', async (changes, message) => {
    await add({ StatementId: 'there' });
    expect(await refusal(add(changes))).toBe(message);
  });

  it('is refused when the policy grows too large', async () => {
    const long = 'x'.repeat(200);
    const fill = async () => {
      for (let index = 0; index < 100; index++) {
        await add({ StatementId: `s${index}`, SourceArn: `arn:aws:s3:::${long}` });
      }
    };
    expect(await refusal(fill())).toMatch(
      /^PolicyLengthExceededException: The final policy size \(\d+\) is bigger than the limit \(20480\)\.$/,
    );
  });

  it('is refused for an unknown function', async () => {
    expect(await refusal(policy({ FunctionName: 'none' }))).toBe(
      'ResourceNotFoundException: The resource you requested does not exist.',
    );
    expect(await refusal(call('RemovePermission', { FunctionName: 'none', StatementId: 'x' }))).toBe(
      `ResourceNotFoundException: No policy found for: ${functionArn('none')}`,
    );
  });
});
