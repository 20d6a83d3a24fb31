// The words by which users see where a run goes.
import { describe, expect, it } from 'vitest';
import { findTarget, type Target } from '../../src/aws/target.ts';
import { accountText, targetText } from '../../src/present/target-text.ts';

const prod: Target = { account: '123456789012', region: 'eu-central-1', stage: 'prod' };

describe('the text of a target', () => {
  it.each([
    ['an account', prod, 'account 123456789012, eu-central-1, stage prod'],
    ['no stage', { ...prod, stage: undefined }, 'account 123456789012, eu-central-1'],
    [
      'the local AWS',
      { ...prod, account: 'local', endpoint: 'http://127.0.0.1:4586' },
      'local, eu-central-1, stage prod',
    ],
    [
      'an endpoint',
      { ...prod, endpoint: 'http://127.0.0.1:5000' },
      'account 123456789012, eu-central-1, stage prod, endpoint http://127.0.0.1:5000',
    ],
    ['an unknown account', { ...prod, account: 'unknown' }, 'account unknown, eu-central-1, stage prod'],
  ] as [string, Target, string][])('names %s', (_, target, text) => {
    expect(targetText(target)).toBe(text);
  });

  it('has no stage in a question that names the stage itself', () => {
    expect(accountText(prod)).toBe('account 123456789012, eu-central-1');
    expect(accountText({ ...prod, account: 'local' })).toBe('the local AWS, eu-central-1');
  });
});

describe('the target', () => {
  const aws = (...endpoints: string[]) => ({
    region: 'us-east-1',
    endpoints,
    identity: async () => ({ account: '123456789012', arn: 'arn', userId: 'id' }),
  });

  it('does not ask for the account of the local AWS', async () => {
    const identity = () => Promise.reject(new Error('asked'));
    const target = await findTarget({ ...aws('http://127.0.0.1:4586'), identity }, { local: true });
    expect(target).toEqual({ account: 'local', region: 'us-east-1', endpoint: 'http://127.0.0.1:4586' });
  });

  it('is unknown where the account cannot be asked', async () => {
    const identity = () => Promise.reject(new Error('no'));
    expect((await findTarget({ ...aws(), identity }, {})).account).toBe('unknown');
  });

  it.each([
    ['https://lambda.us-east-1.amazonaws.com', undefined],
    ['https://vpce-1-2.lambda.us-east-1.vpce.amazonaws.com', undefined],
    ['https://lambda.cn-north-1.amazonaws.com.cn', undefined],
    ['https://lambda.us-east-1.api.aws', undefined],
    ['https://amazonaws.com.example.org', 'https://amazonaws.com.example.org'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['http://sam:secret@proxy.example:5000', 'http://proxy.example:5000/'],
  ])('names endpoint %s only when it is not one of AWS', async (endpoint, named) => {
    expect((await findTarget(aws(endpoint), {})).endpoint).toBe(named);
  });

  it('names the endpoint of any service, where Lambda’s is one of AWS', async () => {
    const endpoints = ['https://lambda.us-east-1.amazonaws.com', 'http://127.0.0.1:9000'];
    expect((await findTarget(aws(...endpoints), {})).endpoint).toBe('http://127.0.0.1:9000');
  });
});
