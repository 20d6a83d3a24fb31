import { execFileSync } from 'node:child_process';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as sts from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AwsCommandOptions, awsCommand, kebab, serviceName } from '../../src/aws/command.ts';
import { shellLine, variableName } from '../../src/aws/shell.ts';
import { anyText } from '../support/properties/any-text.ts';

const sdks: Record<string, object> = {
  LambdaClient: lambda,
  IAMClient: iam,
  CloudWatchLogsClient: logs,
  STSClient: sts,
};

function command(
  client: string,
  operation: string,
  input: Record<string, unknown>,
  options: Partial<AwsCommandOptions> = {},
): string {
  const schema = (sdks[client] as Record<string, unknown>)[`${operation}$`];
  return awsCommand(client, operation, input, { schema, ...options });
}

/** The words that sh makes of a line. */
function words(line: string, env: Record<string, string> = {}): string[] {
  const script = `set -- ${line}\nfor word; do printf '%s\\0' "$word"; done`;
  const out = execFileSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return out.split('\0').slice(0, -1);
}

describe('option names of printed aws commands', () => {
  it('are the CLI’s own', () => {
    expect(
      ['CreateFunction', 'CodeSha256', 'KMSKeyArn', 'S3Bucket', 'GatewayARNs', 'logGroupName'].map(kebab),
    ).toEqual([
      'create-function',
      'code-sha256',
      'kms-key-arn',
      's3-bucket',
      'gateway-arns',
      'log-group-name',
    ]);
    expect(Object.keys(sdks).map(serviceName)).toEqual(['lambda', 'iam', 'logs', 'sts']);
    expect([serviceName('S3Client'), serviceName('EventBridgeClient')]).toEqual(['s3api', 'events']);
  });
});

describe('a printed aws command', () => {
  it('writes strings, numbers, flags, lists and structures', () => {
    expect(
      command('LambdaClient', 'CreateFunction', {
        FunctionName: 'greeter',
        Role: 'arn:aws:iam::123456789012:role/slsctl/hello/greeter',
        Runtime: 'python3.12',
        Handler: 'lambda_function.handler',
        Description: "it's 100% new",
        Timeout: 30,
        Publish: false,
        Layers: ['arn:a:1', 'arn:b:2'],
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active', Undeclared: 1 },
        Tags: { 'slsctl:project': 'hello' },
        Undeclared: 'x',
        KMSKeyArn: undefined,
        Code: { S3Bucket: 'b', S3Key: 'k' },
      }),
    ).toBe(
      'aws lambda create-function --function-name greeter' +
        ' --role arn:aws:iam::123456789012:role/slsctl/hello/greeter' +
        ` --code '{"S3Bucket":"b","S3Key":"k"}' --runtime python3.12 --handler lambda_function.handler` +
        ` --description 'it'\\''s 100% new' --timeout 30 --no-publish --tracing-config '{"Mode":"Active"}'` +
        ` --tags '{"slsctl:project":"hello"}' --layers arn:a:1 arn:b:2 --architectures arm64`,
    );
  });

  it('names the zip file instead of its bytes, for every operation that takes one', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const fileOf = (asked: Uint8Array) => (asked === bytes ? '/tmp/my code.zip' : undefined);
    const create = { FunctionName: 'f', Code: { ZipFile: bytes } };
    expect(command('LambdaClient', 'CreateFunction', create, { fileOf })).toBe(
      "aws lambda create-function --function-name f --zip-file 'fileb:///tmp/my code.zip'",
    );
    const update = { FunctionName: 'f', ZipFile: bytes, Publish: true };
    expect(command('LambdaClient', 'UpdateFunctionCode', update, { fileOf })).toBe(
      "aws lambda update-function-code --function-name f --zip-file 'fileb:///tmp/my code.zip' --publish",
    );
    const layer = { LayerName: 'l', Content: { ZipFile: bytes, S3Key: 'k' } };
    expect(command('LambdaClient', 'PublishLayerVersion', layer, { fileOf })).toBe(
      `aws lambda publish-layer-version --layer-name l --zip-file 'fileb:///tmp/my code.zip' --content '{"S3Key":"k"}'`,
    );
    expect(command('LambdaClient', 'UpdateFunctionCode', update)).toContain(
      '--zip-file fileb://function.zip',
    );
  });

  it('passes a payload as text, as base64 or as a file, and sends the answer to stdout', () => {
    const invoke = (Payload: unknown, options: Partial<AwsCommandOptions> = {}) =>
      command('LambdaClient', 'Invoke', { FunctionName: 'f', Payload }, options).replace(
        /^aws lambda invoke --function-name f /,
        '',
      );
    expect(invoke(Buffer.from('{"name":"Sam"}'))).toBe(
      `--cli-binary-format raw-in-base64-out --payload '{"name":"Sam"}' /dev/stdout`,
    );
    expect(invoke('-1')).toBe(`--cli-binary-format raw-in-base64-out --payload=-1 /dev/stdout`);
    expect(invoke(new Uint8Array([255, 254]))).toBe(
      `--cli-binary-format base64 --payload ${quoteless('//4=')} /dev/stdout`,
    );
    expect(invoke(Buffer.from('{}'), { fileOf: () => 'event.json' })).toBe(
      '--payload fileb://event.json /dev/stdout',
    );
  });

  it('shows environment values as shell variables, so that the line runs when they are exported', () => {
    const input = {
      FunctionName: 'f',
      Environment: { Variables: { TABLE_NAME: 'my-users', PEM: 'a "b"\\\n\tc\n' } },
    };
    const line = command('LambdaClient', 'UpdateFunctionConfiguration', input);
    expect(line).toContain(`--environment '{"Variables":{"TABLE_NAME":"'"$TABLE_NAME"'","PEM":"'`);
    expect(line).not.toContain('my-users');
    const read = words(line, input.Environment.Variables);
    expect(JSON.parse(read.at(-1) as string)).toEqual(input.Environment);
    const shown = command('LambdaClient', 'UpdateFunctionConfiguration', input, { showValues: true });
    expect(JSON.parse(words(shown).at(-1) as string)).toEqual(input.Environment);
  });

  it('never shows a password', () => {
    const line = command('IAMClient', 'CreateLoginProfile', { UserName: 'u', Password: 'hunter2' });
    expect(line).toBe('aws iam create-login-profile --user-name u --password "$PASSWORD"');
  });

  it('has --region, --profile and --endpoint-url only when the user gives them', () => {
    expect(
      command(
        'STSClient',
        'GetCallerIdentity',
        {},
        {
          region: 'eu-west-1',
          profile: 'my team',
          endpoint: 'http://127.0.0.1:4566',
        },
      ),
    ).toBe(
      "aws sts get-caller-identity --region eu-west-1 --profile 'my team' --endpoint-url http://127.0.0.1:4566",
    );
    expect(command('STSClient', 'GetCallerIdentity', {})).toBe('aws sts get-caller-identity');
  });

  it('quotes values that the CLI would read as an option or a file, and turns off its paging', () => {
    const base = 'aws lambda update-function-configuration --function-name f';
    const update = (input: object) =>
      command('LambdaClient', 'UpdateFunctionConfiguration', { FunctionName: 'f', ...input }).slice(
        base.length + 1,
      );
    expect(update({ Description: '--force' })).toBe('--description=--force');
    expect(update({ Description: '' })).toBe("--description ''");
    expect(update({ Description: 'file://x' })).toBe(`--cli-input-json '{"Description":"file://x"}'`);
    expect(update({ Layers: [] })).toBe(`--layers '[]'`);
    expect(update({ Layers: ['-a', 'b'] })).toBe(`--layers '["-a","b"]'`);
    expect(command('LambdaClient', 'ListFunctions', { MaxItems: 5 })).toBe(
      'aws lambda list-functions --no-paginate --max-items 5',
    );
    expect(
      command('CloudWatchLogsClient', 'FilterLogEvents', { logGroupName: 'g', startTime: 1700000000000 }),
    ).toBe('aws logs filter-log-events --log-group-name g --start-time 1700000000000');
  });

  it('reaches sh with its exact values, for any values', { timeout: 120_000 }, () => {
    const text = anyText({ maxLength: 30 }).filter((value) => !value.includes('\0'));
    fc.assert(
      fc.property(text, text, fc.dictionary(text, text, { maxKeys: 3 }), (description, tag, tags) => {
        fc.pre(!/^fileb?:/.test(description));
        const line = command('LambdaClient', 'CreateFunction', {
          FunctionName: 'f',
          Description: description,
          Tags: { ...tags, tag },
        });
        const read = words(line);
        const at = read.findIndex((word) => word.startsWith('--description'));
        expect(description.startsWith('-') ? read[at] : `--description=${read[at + 1]}`).toBe(
          `--description=${description}`,
        );
        expect(JSON.parse(read.at(-1) as string)).toEqual({ ...tags, tag });
      }),
      { numRuns: 150 },
    );
  });

  it('reaches sh with its exact secrets, for any secret', { timeout: 120_000 }, () => {
    const value = fc.string({
      unit: fc.constantFrom('a', '"', '\\', '\n', '\t', '$', '`', "'", ' ', '&', 'é'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(value, (secret) => {
        const line = command('LambdaClient', 'UpdateFunctionConfiguration', {
          FunctionName: 'f',
          Environment: { Variables: { SECRET: secret } },
        });
        const read = words(line, { SECRET: secret });
        expect(JSON.parse(read.at(-1) as string)).toEqual({ Variables: { SECRET: secret } });
      }),
      { numRuns: 100 },
    );
  });
});

describe('a line for the shell', () => {
  it('does not quote text that shells take literally', () => {
    expect(shellLine(['aws', 'a=b', '=b', '', '~', 'x*', 'a/b:c,d@e'])).toBe(
      `aws a=b '=b' '' '~' 'x*' a/b:c,d@e`,
    );
    expect(['1a', 'MY-KEY', ''].map(variableName)).toEqual(['_1a', 'MY_KEY', '_']);
  });
});

function quoteless(base64: string): string {
  return shellLine([base64]);
}
