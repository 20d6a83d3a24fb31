// The article's hands-on, word for word: its own `aws` commands against the local AWS.
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, run } from '../support/cli.ts';
import { everything, type LocalAws, startLocal } from '../support/local.ts';
import { removeFolder, replaceIn, temporaryFolder } from '../support/project.ts';
import { awsCli, infoZip } from '../support/tools.ts';

const aws = await awsCli();
const zip = await infoZip('zip');

const source = `import json

def handler(event, context):
    name = event.get("name", "World")
    message = f"Hello, {name}! Welcome to serverless computing."

    print(f"Processing request for: {name}")

    return {
        "statusCode": 200,
        "body": json.dumps({"message": message})
    }
`;

describe.skipIf(!aws || !zip)("the article's commands (AWS CLI v2)", () => {
  let local: LocalAws;
  let folder: string;
  let account: string;

  beforeAll(async () => {
    [local, folder] = await Promise.all([startLocal(), temporaryFolder('article')]);
    await writeFile(join(folder, 'lambda_function.py'), source);
    account = (await article('aws sts get-caller-identity --query Account --output text')).stdout.trim();
  });
  afterAll(async () => {
    await local?.stop();
    if (folder) await removeFolder(folder);
  });

  /** Types commands of the article, account number filled in, with `aws` pointed at the local AWS. */
  async function article(commands: string): Promise<Ran> {
    const shell = `set -e
aws() { "$SLSCTL_TEST_AWS" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
${commands.replaceAll('YOUR_ACCOUNT_ID', account)}`;
    const PATH = [process.env.PATH, dirname(zip as string)].join(delimiter);
    const env = { ...local.env, AWS_PAGER: '', SLSCTL_TEST_AWS: aws, PATH };
    const ran = await run('sh', ['-c', shell], { cwd: folder, env });
    if (ran.code !== 0) throw new Error(`exit ${ran.code}: ${commands}\n${ran.stderr}${ran.stdout}`);
    return ran;
  }

  it('step 2: zips the code', async () => {
    await article('zip function.zip lambda_function.py');
  });

  it('step 3: creates a role', async () => {
    const { stdout } = await article(String.raw`aws iam create-role \
  --role-name my-lambda-role \
  --assume-role-policy-document '{
    "Version": "2012-10-17",
    "Statement": [{
      "Effect": "Allow",
      "Principal": {"Service": "lambda.amazonaws.com"},
      "Action": "sts:AssumeRole"
    }]
  }'

aws iam attach-role-policy \
  --role-name my-lambda-role \
  --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`);
    expect(JSON.parse(stdout).Role).toMatchObject({
      RoleName: 'my-lambda-role',
      Arn: `arn:aws:iam::${account}:role/my-lambda-role`,
    });
  });

  it('step 4: creates the function', async () => {
    const { stdout } = await article(String.raw`aws lambda create-function \
  --function-name my-first-function \
  --runtime python3.12 \
  --role arn:aws:iam::YOUR_ACCOUNT_ID:role/my-lambda-role \
  --handler lambda_function.handler \
  --zip-file fileb://function.zip \
  --timeout 30 \
  --memory-size 256`);
    expect(JSON.parse(stdout)).toMatchObject({
      FunctionName: 'my-first-function',
      Runtime: 'python3.12',
      Timeout: 30,
      MemorySize: 256,
      State: 'Pending',
    });
  });

  const invoke = String.raw`aws lambda invoke \
  --function-name my-first-function \
  --payload '{"name": "Sam"}' \
  --cli-binary-format raw-in-base64-out \
  response.json`;

  it('step 5: invokes it and sees the exact response', async () => {
    const { stdout } = await article(`${invoke} > invoke.json

cat response.json`);
    expect(stdout).toBe(
      '{"statusCode": 200, "body": "{\\"message\\": \\"Hello, Sam! Welcome to serverless computing.\\"}"}',
    );
    const answer = JSON.parse(await readFile(join(folder, 'invoke.json'), 'utf8'));
    expect(answer).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  });

  it('step 6: updates the code', async () => {
    await replaceIn(join(folder, 'lambda_function.py'), 'Hello,', 'Good day,');
    await article(String.raw`zip function.zip lambda_function.py

aws lambda update-function-code \
  --function-name my-first-function \
  --zip-file fileb://function.zip`);
    await article('aws lambda wait function-updated --function-name my-first-function');
    expect((await article(`${invoke} > invoke.json; cat response.json`)).stdout).toContain('Good day, Sam!');
  });

  it('step 7: adds environment variables', async () => {
    const { stdout } = await article(String.raw`aws lambda update-function-configuration \
  --function-name my-first-function \
  --environment '{"Variables": {"TABLE_NAME": "my-users", "STAGE": "dev"}}'`);
    expect(JSON.parse(stdout).Environment).toEqual({ Variables: { TABLE_NAME: 'my-users', STAGE: 'dev' } });
  });

  it('step 8: checks the logs', async () => {
    const groups = await article(String.raw`aws logs describe-log-groups \
  --log-group-name-prefix /aws/lambda/my-first-function`);
    expect(JSON.parse(groups.stdout).logGroups).toMatchObject([
      { logGroupName: '/aws/lambda/my-first-function' },
    ]);
    const { stdout } = await article('aws logs tail /aws/lambda/my-first-function --since 5m');
    expect(stdout.split('Processing request for: Sam')).toHaveLength(3);
    expect(stdout).toMatch(/START RequestId: \S+ Version: \$LATEST/);
    expect(stdout).toMatch(
      /REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB/,
    );
  });

  it('step 9: cleans up and leaves nothing behind', async () => {
    await article(String.raw`aws lambda delete-function --function-name my-first-function

aws iam detach-role-policy \
  --role-name my-lambda-role \
  --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole

aws iam delete-role --role-name my-lambda-role`);
    const functions = await article('aws lambda list-functions');
    expect(JSON.parse(functions.stdout)).toEqual({ Functions: [] });
    const roles = await article('aws iam list-roles');
    expect(JSON.parse(roles.stdout)).toEqual({ Roles: [] });
    // The article leaves the logs behind.
    expect(await everything(local.env)).toEqual(['log group /aws/lambda/my-first-function']);
  });
});
