// Credentials from a process: requested once per command, for any number of AWS calls.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';

it('the credential_process of a profile runs once for a command', async () => {
  const local = await startInProcess();
  onTestFinished(() => local.stop());
  const { AWS_REGION, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = local.env;
  const settings = {
    region: AWS_REGION,
    endpoint: AWS_ENDPOINT_URL,
    credentials: { accessKeyId: `${AWS_ACCESS_KEY_ID}`, secretAccessKey: `${AWS_SECRET_ACCESS_KEY}` },
  };
  await new SSMClient(settings).send(
    new PutParameterCommand({ Name: '/mine', Type: 'String', Value: 'a value' }),
  );
  for (const Name of ['one', 'two']) {
    await new SecretsManagerClient(settings).send(new CreateSecretCommand({ Name, SecretString: Name }));
  }
  const stored = ['ssm:/mine', 'secret:one', 'secret:two', 'account'];
  const environment = Object.fromEntries(stored.map((one, index) => [`VALUE_${index}`, `\${${one}}`]));
  const folder = await folderWith({
    'app.py': 'def handler(event, context):\n    return 1\n',
    'slsctl.yml': stringify({
      project: 'credentials',
      functions: { hello: { runtime: 'python3.12', handler: 'app.handler', environment } },
    }),
  });
  const log = join(folder, '..', `${folder.split(/[\\/]/).at(-1)}.log`);
  const give = join(folder, 'give.mjs');
  const given = JSON.stringify({
    Version: 1,
    AccessKeyId: AWS_ACCESS_KEY_ID,
    SecretAccessKey: AWS_SECRET_ACCESS_KEY,
  });
  await writeFile(
    give,
    `import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(log)}, 'asked\\n');
console.log(${JSON.stringify(given)});\n`,
  );
  const config = join(folder, 'aws-config');
  await writeFile(config, `[profile asked]\ncredential_process = "${process.execPath}" "${give}"\n`);
  const env = { AWS_CONFIG_FILE: config, AWS_ENDPOINT_URL, AWS_REGION };
  await expectSlsctl(['deploy', '--profile', 'asked'], { cwd: folder, env });
  expect(await readFile(log, 'utf8')).toBe('asked\n');
});
