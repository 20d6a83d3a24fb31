// User pools that call functions: the pool's own settings and others' triggers stay.
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientSettings } from '../../../support/local.ts';
import { triggerBench } from '../../../support/triggers/bench.ts';

let cognito: CognitoIdentityProviderClient;
let pool: string;
const bench = triggerBench((env) => {
  cognito = new CognitoIdentityProviderClient(clientSettings(env));
});
beforeEach(async () => {
  const settings = {
    PoolName: 'users',
    AutoVerifiedAttributes: ['email' as const],
    Policies: { PasswordPolicy: { MinimumLength: 14 } },
    UserPoolTags: { team: 'accounts' },
  };
  const { UserPool } = await cognito.send(new CreateUserPoolCommand(settings));
  pool = UserPool?.Id as string;
});

const described = async () =>
  (await cognito.send(new DescribeUserPoolCommand({ UserPoolId: pool }))).UserPool;
const others = 'arn:aws:lambda:us-east-1:000000000000:function:of-others';
const callOthers = (LambdaConfig: object) =>
  cognito.send(
    new UpdateUserPoolCommand({
      UserPoolId: pool,
      LambdaConfig,
      AutoVerifiedAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: 14 } },
    }),
  );

describe('a user pool', () => {
  it('calls the alias, and keeps its settings, its tags and the triggers of others', async () => {
    await callOthers({ CustomMessage: others });
    const before = await described();
    await bench.one(
      [`cognito: { userPool: ${pool}, triggers: [preSignUp, postConfirmation] }`],
      'aliases: { live: {} }\n',
    );
    await bench.deploy();
    const target = bench.arn(`${bench.name}:live`);
    const after = await described();
    expect(after?.LambdaConfig).toEqual({
      CustomMessage: others,
      PreSignUp: target,
      PostConfirmation: target,
    });
    expect({ ...after, LambdaConfig: {}, LastModifiedDate: 0 }).toEqual({
      ...before,
      LambdaConfig: {},
      LastModifiedDate: 0,
    });
    expect(await bench.statements('live')).toMatchObject([
      {
        Sid: `slsctl-cognito-${pool}`,
        Principal: { Service: 'cognito-idp.amazonaws.com' },
        Condition: { ArnLike: { 'AWS:SourceArn': before?.Arn } },
      },
    ]);
    expect(await bench.differs()).toBe(false);
  });

  it('gains and loses triggers, and loses all of them with the entry', async () => {
    await bench.one([`cognito: { userPool: ${pool}, triggers: [preSignUp] }`]);
    await bench.deploy();
    await bench.one([
      `cognito: { userPool: ${pool}, triggers: [preTokenGeneration], preTokenGenerationVersion: V2_0 }`,
    ]);
    const plan = (await bench.run('plan')).stdout;
    expect(plan).toContain('PreTokenGeneration');
    expect(plan).toContain('PreSignUp');
    await bench.deploy();
    const target = bench.arn();
    expect((await described())?.LambdaConfig).toEqual({
      PreTokenGeneration: target,
      PreTokenGenerationConfig: { LambdaArn: target, LambdaVersion: 'V2_0' },
    });
    expect(await bench.differs()).toBe(false);
    await bench.one([]);
    await bench.deploy();
    expect((await described())?.LambdaConfig).toEqual({});
    expect(await bench.statements()).toEqual([]);
  });

  it('may be shared by two functions, and by two entries of one', async () => {
    const entry = (trigger: string) =>
      `triggers:\n  - cognito: { userPool: ${pool}, triggers: [${trigger}] }\n`;
    const more = `  - cognito: { userPool: ${pool}, triggers: [customMessage] }\n`;
    await bench.write({
      [bench.name]: `${entry('preSignUp')}${more}`,
      [`${bench.name}b`]: entry('postConfirmation'),
    });
    await bench.deploy();
    expect((await described())?.LambdaConfig).toEqual({
      PreSignUp: bench.arn(),
      CustomMessage: bench.arn(),
      PostConfirmation: bench.arn(`${bench.name}b`),
    });
    expect(await bench.differs()).toBe(false);
    await bench.run('destroy', '--yes');
    expect((await described())?.LambdaConfig).toEqual({});
  });

  it('is imported', async () => {
    await bench.one([`cognito: { userPool: ${pool}, triggers: [preSignUp] }`]);
    await bench.deploy();
    await bench.run('init', 'copy', '--from-function', bench.name);
    const { stdout } = await bench.run('trigger', 'list');
    expect(stdout).toContain(pool);
    const plan = await bench.attempt('plan', '--exit-code', '--config', 'copy/slsctl.yml');
    expect(plan.stdout).toMatch(/= cognito trigger .*\n.* it is as declared/);
  });
});

describe('refused before anything is changed', () => {
  it('a pool that is not there, or is in another region', async () => {
    for (const [id, text] of [
      ['us-east-1_NotThere1', 'there is no such user pool in us-east-1'],
      ['eu-west-1_NotThere1', 'is in eu-west-1; a user pool calls functions of its own region only'],
    ]) {
      await bench.one([`cognito: { userPool: ${id}, triggers: [preSignUp] }`]);
      const { code, stderr } = await bench.attempt('deploy', '--yes');
      expect(stderr).toContain(text);
      expect(stderr).toMatch(/slsctl\.yml:\d+/);
      expect(code).toBe(2);
    }
  });

  it('a trigger for which the pool calls a function of somebody else', async () => {
    await callOthers({ PreSignUp: others });
    // The other function exists, so that its trigger is not a left-over.
    const { run } = bench;
    await bench.write({ 'of-others': '' });
    await run('deploy', '--yes');
    await bench.one([`cognito: { userPool: ${pool}, triggers: [preSignUp] }`]);
    await import('node:fs/promises').then(async ({ readFile, writeFile }) => {
      const file = `${bench.folder}/slsctl.yml`;
      await writeFile(file, (await readFile(file, 'utf8')).replace(/^project: .*/, 'project: elsewhere'));
    });
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(stderr).toContain(`calls ${others} for it`);
    expect(code).toBe(2);
    expect((await described())?.LambdaConfig).toEqual({ PreSignUp: others });
  });

  it('the same trigger twice', async () => {
    const entry = `cognito: { userPool: ${pool}, triggers: [preSignUp] }`;
    await bench.one([entry, entry]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(stderr).toContain('a pool calls one function for each');
    expect(code).toBe(2);
  });
});
