// Receipt rules of SES: their order, the active set, and the permission of the functions that they call.
import { expect, it } from 'vitest';
import type { Faces } from '../../../../src/local/faces.ts';
import { createSesService } from '../../../../src/local/services/ses/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

const FunctionArn = `arn:aws:lambda:eu-central-1:${account}:function:f`;
const refusal = (promise: Promise<unknown>) =>
  promise.catch((error: Error) => `${error.name}: ${error.message}`);

async function fixture() {
  const permitted = new Set<string>();
  const functions = {
    accepts: (_arn: string, { sourceArn }: { sourceArn: string }) => permitted.has(sourceArn),
  } as unknown as Faces['functions'];
  const ses = callerOf(alone(createSesService, {}, { functions }));
  await ses('CreateReceiptRuleSet', { RuleSetName: 'mail' });
  const add = (Name: string, After?: string) =>
    ses('CreateReceiptRule', { RuleSetName: 'mail', After, Rule: { Name } });
  const names = async () =>
    (await ses('DescribeReceiptRuleSet', { RuleSetName: 'mail' })).Rules?.map(({ Name }) => Name);
  return { ses, add, names, permitted };
}

it('a rule comes first, or after the one that the request names', async () => {
  const { ses, add, names } = await fixture();
  await add('b');
  await add('a');
  await add('c', 'b');
  expect(await names()).toEqual(['a', 'b', 'c']);
  await ses('SetReceiptRulePosition', { RuleSetName: 'mail', RuleName: 'a', After: 'c' });
  expect(await names()).toEqual(['b', 'c', 'a']);
  await ses('ReorderReceiptRuleSet', { RuleSetName: 'mail', RuleNames: ['a', 'b', 'c'] });
  expect(await names()).toEqual(['a', 'b', 'c']);
  await ses('DeleteReceiptRule', { RuleSetName: 'mail', RuleName: 'b' });
  expect(await names()).toEqual(['a', 'c']);
  expect(await refusal(add('d', 'gone'))).toBe('RuleDoesNotExistException: Rule does not exist: gone');
});

it('a rule has AWS’s defaults, and an update replaces it', async () => {
  const { ses, add } = await fixture();
  await add('a');
  const at = { RuleSetName: 'mail', RuleName: 'a' };
  const plain = {
    Name: 'a',
    Enabled: false,
    TlsPolicy: 'Optional',
    ScanEnabled: false,
    Recipients: [],
    Actions: [],
  };
  expect((await ses('DescribeReceiptRule', at)).Rule).toEqual(plain);
  const Rule = { Name: 'a', Enabled: true, Recipients: ['example.org'], TlsPolicy: 'Require' as const };
  await ses('UpdateReceiptRule', { RuleSetName: 'mail', Rule });
  expect((await ses('DescribeReceiptRule', at)).Rule).toEqual({ ...plain, ...Rule });
});

it('a function that SES may not call is refused', async () => {
  const { ses, permitted } = await fixture();
  const Rule = { Name: 'a', Actions: [{ LambdaAction: { FunctionArn } }] };
  expect(await refusal(ses('CreateReceiptRule', { RuleSetName: 'mail', Rule }))).toBe(
    `InvalidLambdaFunctionException: Could not invoke Lambda function: ${FunctionArn}`,
  );
  permitted.add(`arn:aws:ses:eu-central-1:${account}:receipt-rule-set/mail:receipt-rule/a`);
  await ses('CreateReceiptRule', { RuleSetName: 'mail', Rule });
  const { Rule: live } = await ses('DescribeReceiptRule', { RuleSetName: 'mail', RuleName: 'a' });
  expect(live?.Actions).toEqual([{ LambdaAction: { FunctionArn, InvocationType: 'Event' } }]);
});

it('one set is active, and is not deleted', async () => {
  const { ses } = await fixture();
  expect(await ses('DescribeActiveReceiptRuleSet', {})).toEqual({});
  await ses('SetActiveReceiptRuleSet', { RuleSetName: 'mail' });
  expect((await ses('DescribeActiveReceiptRuleSet', {})).Metadata?.Name).toBe('mail');
  expect(await refusal(ses('DeleteReceiptRuleSet', { RuleSetName: 'mail' }))).toBe(
    'CannotDeleteException: Cannot delete active rule set: mail',
  );
  await ses('SetActiveReceiptRuleSet', {});
  await ses('DeleteReceiptRuleSet', { RuleSetName: 'mail' });
  expect((await ses('ListReceiptRuleSets', {})).RuleSets).toEqual([]);
  expect(await refusal(ses('DescribeReceiptRuleSet', { RuleSetName: 'mail' }))).toBe(
    'RuleSetDoesNotExistException: Rule set does not exist: mail',
  );
});

it('names are unique', async () => {
  const { ses, add } = await fixture();
  await add('a');
  expect(await refusal(add('a'))).toBe('AlreadyExistsException: Rule already exists: a');
  expect(await refusal(ses('CreateReceiptRuleSet', { RuleSetName: 'mail' }))).toBe(
    'AlreadyExistsException: Rule set already exists: mail',
  );
});
