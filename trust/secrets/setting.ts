// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of slsctl.yml
// A project with a secret from each kind of source, live on a local AWS, and a function that tells them all.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expectSlsctl } from '../../test/support/in-process.ts';
import { clientSettings } from '../../test/support/local.ts';
import { temporaryFolder } from '../../test/support/project.ts';

/** What marks each secret; it is looked for in everything that slsctl writes. No form of a secret changes it but base64. */
export const marks = {
  'a literal in slsctl.yml': 'q7lit4kx9z',
  'a literal in a stage': 'w2stg8vb5m',
  'a variable of the shell': 'h6env3nt1r',
  'an encrypted parameter': 'p9ssm2dj7c',
  'a secret': 'z4sec6wq8f',
  'a key of a secret': 'y1key5gs3v',
  'a variable that is live only': 'j8liv7xb2n',
  'a variable of a version': 't3ver9mk6d',
  'the password of a proxy': 'c5prx1hf4w',
} as const;
export type Kind = keyof typeof marks;

/** Values as awkward as secrets may be: quotes, blanks, letters beyond ASCII, more than one line. */
const values = Object.fromEntries(
  Object.entries(marks).map(([kind, mark], index) => {
    const awkward = [
      `${mark}`,
      `"${mark}" it's <&>`,
      `${mark} é 🔑`,
      `two ${mark}\nlines ${mark}2b\n`,
      `$\`${mark}\\`,
    ];
    return [kind, awkward[index % awkward.length]];
  }),
) as Record<Kind, string>;

export const project = () => `project: nine
defaults: { runtime: nodejs22.x, handler: index.handler }
functions:
  nine:
    environment:
      API_KEY: ${JSON.stringify(values['a literal in slsctl.yml'])}
      CI_PASSWORD: "x\${env:CI_PASSWORD}y"
      SSM_TOKEN: "\${ssm:/\${stage}/token}"
      SECRET: "\${secret:nine-\${stage}}"
      KEY_OF_SECRET: "\${secret:nine-\${stage}-json#password}"
      TABLE: users
    aliases: { live: {} }
    code: code
stages:
  live:
    functions: { nine: { environment: { STAGE_SECRET: ${JSON.stringify(values['a literal in a stage'])} } } }
`;

const code = `exports.handler = async (event) => {
  const { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ...own } = process.env;
  const all = JSON.stringify(own);
  console.log(all);
  console.log(Buffer.from(all).toString('base64'), encodeURIComponent(all));
  for (const value of Object.values(own)) console.log(value);
  if (event.fail) throw new Error(all);
  return { own, text: all, base64: Buffer.from(all).toString('base64') };
};
`;

export interface Setting {
  readonly folder: string;
  /** Of the commands, besides that of the endpoint. */
  readonly env: NodeJS.ProcessEnv;
}

/** Deploys the project and changes it, so that each secret is where its name says. */
export async function createSetting(aws: Record<string, string>): Promise<Setting> {
  const folder = await temporaryFolder('trust');
  await mkdir(join(folder, 'code'));
  await writeFile(join(folder, 'code', 'index.js'), code);
  const client = clientSettings(aws);
  const secrets = new SecretsManagerClient(client);
  const password = JSON.stringify({ user: 'app', password: values['a key of a secret'] });
  await Promise.all([
    new SSMClient(client).send(
      new PutParameterCommand({
        Name: '/live/token',
        Type: 'SecureString',
        Value: values['an encrypted parameter'],
      }),
    ),
    secrets.send(new CreateSecretCommand({ Name: 'nine-live', SecretString: values['a secret'] })),
    secrets.send(new CreateSecretCommand({ Name: 'nine-live-json', SecretString: password })),
  ]);
  const env = {
    ...aws,
    SLSCTL_STAGE: 'live',
    CI_PASSWORD: values['a variable of the shell'],
    HTTPS_PROXY: `http://me:${encodeURIComponent(values['the password of a proxy'])}@127.0.0.1:9`,
  };
  const old = `      OLD_TOKEN: ${JSON.stringify(values['a variable of a version'])}\n      TABLE: users\n`;
  await writeFile(
    join(folder, 'slsctl.yml'),
    project().replace('      TABLE: users\n', () => old),
  );
  await expectSlsctl(['deploy'], { cwd: folder, env });
  await writeFile(join(folder, 'slsctl.yml'), project());

  const lambda = new LambdaClient(client);
  const FunctionName = 'nine-live';
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const { OLD_TOKEN: _, ...Variables } = Environment?.Variables ?? {};
  Variables.LIVE_TOKEN = values['a variable that is live only'];
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
  return { folder, env };
}

/** Kinds of the secrets in a text, also in base64. */
export function leaksIn(text: string): Kind[] {
  const decoded = [...text.matchAll(/[\w+/-]{12,}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((skipped) => Buffer.from(run.slice(skipped), 'base64').toString('latin1')),
  );
  const all = [text, text.replace(/\s+/g, ''), decodeURIComponentSafely(text), ...decoded].join('\n');
  return (Object.keys(marks) as Kind[]).filter((kind) => all.includes(marks[kind].slice(0, 8)));
}

function decodeURIComponentSafely(text: string): string {
  return text.replace(/%[\da-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}
