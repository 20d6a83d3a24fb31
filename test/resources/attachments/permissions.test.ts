// The statements of a resource policy: declared ones, claimed ones, and others.
import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import type { Attachments } from '../../../src/config/attachments/all.ts';
import { claimsOf } from '../../../src/resources/attachments/attachments.ts';
import { DeclaredPermissions } from '../../../src/resources/attachments/permissions.ts';
import { permissionOf, type Statement } from '../../../src/resources/attachments/statements.ts';
import { FunctionResource } from '../../../src/resources/function/function-resource.ts';
import { Things } from '../../../src/resources/things/things.ts';

const aws = {} as Aws;
const things = new Things({ name: 'shop', origin: '', things: [] }, aws);
const open: Attachments = { url: { authType: 'NONE' } };
const closed: Attachments = { url: { authType: 'AWS_IAM' } };
const first = 'FunctionURLAllowPublicAccess';
const second = 'FunctionURLInvokeAllowPublicAccess';

/** Both statements of a public address, as GetPolicy answers them, under these ids. */
function publicPolicy(...[one, other]: string[]): Statement[] {
  const all: (Statement | undefined)[] = [
    one ? statement(one, 'lambda:InvokeFunctionUrl', { 'lambda:FunctionUrlAuthType': 'NONE' }) : undefined,
    other ? statement(other, 'lambda:InvokeFunction', { 'lambda:InvokedViaFunctionUrl': 'true' }) : undefined,
  ];
  return all.filter((each) => each !== undefined);
}

function statement(Sid: string, Action: string, equals?: Record<string, string>): Statement {
  return { Sid, Effect: 'Allow', Principal: '*', Action, ...(equals && { Condition: { Equals: equals } }) };
}

function policyOf(attachments: Attachments, prune = false): DeclaredPermissions {
  const host = new FunctionResource(aws, { name: 'hello' });
  const claims = claimsOf(attachments, { name: 'hello', things }).at(undefined);
  return new DeclaredPermissions(aws, host, { declared: attachments.permissions, claims, prune });
}

/** `+ id` for a statement that is added, `- id` for one that is removed, `~ id` for one that is replaced. */
function changes(attachments: Attachments, live?: Statement[], prune?: boolean): string[] {
  return policyOf(attachments, prune)
    .diff(live)
    .map(({ path, from, to }) => `${from ? (to ? '~' : '-') : '+'} ${path.replace('Statement.', '')}`);
}

describe('the resource policy of a function', () => {
  const theirs = statement('theirs', 'lambda:InvokeFunction');
  const uploads = { principal: 's3.amazonaws.com' };

  it('gets the statements that a public address claims, and loses them when the address is closed or removed', () => {
    expect(changes(open)).toEqual([`+ ${first}`, `+ ${second}`]);
    const live = publicPolicy(first, second);
    expect(changes(open, live)).toEqual([]);
    expect(changes(closed, live)).toEqual([`- ${first}`, `- ${second}`]);
    expect(changes({ url: null }, live)).toEqual([`- ${first}`, `- ${second}`]);
  });

  it('keeps a claimed statement with permissions: null and with --prune, and removes unneeded ones', () => {
    const live = [...publicPolicy(first, second), theirs];
    expect(changes({ ...open, permissions: null }, live)).toEqual(['- theirs']);
    expect(changes({ ...open, permissions: {} }, live, true)).toEqual(['- theirs']);
    expect(changes({ ...open, permissions: {} }, live)).toEqual([]);
  });

  it('keeps the statements of a public address that slsctl.yml does not mention', () => {
    const live = [...publicPolicy(first, second), theirs];
    expect(changes({ permissions: null }, live)).toEqual(['- theirs']);
    expect(changes({ permissions: {} }, live, true)).toEqual(['- theirs']);
  });

  it('keeps unclaimed statements while slsctl.yml has no permissions, even with --prune', () => {
    expect(changes(open, [...publicPolicy(first, second), theirs], true)).toEqual([]);
    expect(policyOf(open).notes([theirs])).toEqual([]);
  });

  it('accepts an equal statement with another id as the claimed one, and does not prune it', () => {
    const live = publicPolicy('mine', second);
    expect(changes(open, live)).toEqual([]);
    expect(changes({ ...open, permissions: null }, live)).toEqual([]);
    expect(policyOf({ ...open, permissions: {} }).notes(live)).toEqual([]);
  });

  it('accepts an equal declared statement as the claimed one', () => {
    const mine = { principal: '*', action: 'lambda:InvokeFunctionUrl', functionUrlAuthType: 'NONE' } as const;
    expect(changes({ ...open, permissions: { mine } })).toEqual(['+ mine', `+ ${second}`]);
  });

  it('adds the claimed statement when slsctl.yml removes the equal one with another id', () => {
    expect(changes({ ...open, permissions: { mine: null } }, publicPolicy('mine', second))).toEqual([
      '- mine',
      `+ ${first}`,
    ]);
  });

  it('has no claimed statement that slsctl.yml declares as null', () => {
    expect(changes({ ...open, permissions: { [second]: null } })).toEqual([`+ ${first}`]);
    expect(changes({ ...open, permissions: { [second]: null } }, publicPolicy(first, second))).toEqual([
      `- ${second}`,
    ]);
  });

  it('has the declared statement when slsctl.yml declares one with a claimed id', () => {
    expect(changes({ ...open, permissions: { [first]: uploads } }, publicPolicy(first, second))).toEqual([
      `~ ${first}`,
    ]);
  });

  it('replaces a statement that has a claimed id but another content', () => {
    const live = [statement(first, 'lambda:GetFunction'), ...publicPolicy('', second)];
    expect(changes(open, live)).toEqual([`~ ${first}`]);
  });

  it('notes live statements that are neither declared nor claimed', () => {
    const policy = policyOf({ ...open, permissions: { uploads } });
    expect(policy.notes([...publicPolicy(first, second), theirs])).toEqual([
      'Statement.theirs is live but not declared; kept (--prune removes it)',
    ]);
  });
});

describe('a statement of a resource policy', () => {
  it('is read as the request that creates it, with condition keys in any case', () => {
    const Condition = {
      ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::uploads' },
      StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890', 'lambda:EventSourceToken': 'true' },
      Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
    };
    const Principal = { AWS: 'arn:aws:iam::111111111111:root' };
    expect(permissionOf({ Sid: 'x', Action: 'lambda:*', Principal, Condition })).toEqual({
      Action: 'lambda:*',
      Principal: '111111111111',
      SourceArn: 'arn:aws:s3:::uploads',
      PrincipalOrgID: 'o-1234567890',
      EventSourceToken: 'true',
      InvokedViaFunctionUrl: true,
    });
  });
});
