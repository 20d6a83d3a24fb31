// Triggers that are bound to what others have made, against moto. It has no tags of IoT rules and nothing of Lambda@Edge;
// load balancers need subnets there.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateReceiptRuleSetCommand, SESClient } from '@aws-sdk/client-ses';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl, slsctl } from '../../../support/in-process.ts';
import { clientSettings } from '../../../support/local.ts';
import { motoAccount } from '../../../support/moto.ts';
import { removeFolder, temporaryFolder } from '../../../support/project.ts';
import { motoServer } from '../../../support/tools.ts';

let env: Record<string, string>;
let pool: string;

/** moto has no DeleteReceiptRule. */
const staying = 'ses';

const kinds: [entry: string, changed: string][] = [
  [
    'cognito: { userPool: POOL, triggers: [preSignUp] }',
    'cognito: { userPool: POOL, triggers: [postConfirmation, customMessage] }',
  ],
  [
    'ses: { ruleSet: mail, recipients: [example.org] }',
    'ses: { ruleSet: mail, tlsPolicy: Require, enabled: false }',
  ],
];

describe.skipIf(!(await motoServer()))('against moto', () => {
  beforeAll(async () => {
    env = (await motoAccount()).env;
    const cognito = new CognitoIdentityProviderClient(clientSettings(env));
    const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'users' }));
    pool = UserPool?.Id as string;
    await new SESClient(clientSettings(env)).send(new CreateReceiptRuleSetCommand({ RuleSetName: 'mail' }));
  });

  it.each(kinds)('%s is deployed, changed and plans to zero', async (entry, changed) => {
    const cwd = await temporaryFolder('bindings-moto');
    const name = `moto${entry.split(':')[0]}`;
    await writeFile(join(cwd, 'app.py'), 'def handler(event, context):\n    pass\n');
    for (const text of [entry, changed]) {
      const trigger = text.replace('POOL', pool);
      await writeFile(
        join(cwd, 'slsctl.yml'),
        `project: ${name}\nfunctions:\n  ${name}:\n    runtime: python3.12\n    handler: app.handler\n    triggers: [{ ${trigger} }]\n`,
      );
      await expectSlsctl(['deploy', '--yes'], { cwd, env });
      const { code, stdout } = await slsctl(['plan', '--exit-code'], { cwd, env });
      expect(stdout).not.toContain('~ update');
      expect(code).toBe(0);
    }
    if (name.endsWith(staying)) return;
    const { stdout } = await expectSlsctl(['destroy', '--yes'], { cwd, env });
    expect(stdout).not.toContain('still call');
    await removeFolder(cwd);
  });
});
