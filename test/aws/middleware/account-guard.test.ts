// `allowedAccounts` is checked before any other step of a call.
import { GetFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { createAws } from '../../../src/aws/create.ts';
import { recordingServer } from '../recorder.ts';

const identity = `<GetCallerIdentityResponse><GetCallerIdentityResult>
  <Arn>arn:aws:iam::000000000000:root</Arn><UserId>root</UserId><Account>000000000000</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

async function guarded(account: string) {
  const server = await recordingServer();
  onTestFinished(() => server.close());
  const explained: string[] = [];
  const aws = await createAws({
    ...{ cwd: '/', env: {}, region: 'us-east-1', endpoint: server.endpoint },
    credentials: { accessKeyId: 'AKIDEXAMPLEEXAMPLE12', secretAccessKey: 'example-secret-of-nobody' },
    allowedAccounts: [account],
    explain: (command) => explained.push(command.split(' ').slice(1, 3).join(' ')),
  });
  server.answer({ status: 200, headers: { 'content-type': 'text/xml' }, body: identity });
  return { aws, server, explained };
}

it('a call in an account that is not allowed is neither sent nor explained', async () => {
  const { aws, server, explained } = await guarded('123456789012');
  const invoked = aws.lambda.send(new InvokeCommand({ FunctionName: 'hello' }));
  await expect(invoked).rejects.toThrow('these credentials are of account 000000000000');
  expect(explained).toEqual(['sts get-caller-identity']);
  expect(server.take().map(({ path }) => path)).toEqual(['/']);
});

it('a call in an allowed account is sent and explained after the account is known', async () => {
  const { aws, server, explained } = await guarded('000000000000');
  await aws.lambda.send(new InvokeCommand({ FunctionName: 'hello' }));
  await aws.lambda.send(new GetFunctionCommand({ FunctionName: 'hello' }));
  expect(explained).toEqual(['sts get-caller-identity', 'lambda invoke', 'lambda get-function']);
  expect(server.take().map(({ path }) => path)).toHaveLength(3);
});
