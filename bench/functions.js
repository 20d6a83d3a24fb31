// The functions that are invoked, the same for all emulators, and the calls that create them in the local AWS.
import { buffer } from 'node:stream/consumers';
import { ZipArchive } from 'archiver';

export const sources = {
  node: {
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    file: 'index.js',
    code: 'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });\n',
  },
  python: {
    runtime: 'python3.11',
    handler: 'lambda_function.handler',
    file: 'lambda_function.py',
    code: 'def handler(event, context):\n    return {"statusCode": 200, "body": str(event)}\n',
  },
};

/** SDK clients for a local AWS. `local` is the output of `slsctl local env`. */
export async function clientsOf(local) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const settings = {
    endpoint: local.AWS_ENDPOINT_URL,
    region: local.AWS_REGION,
    credentials: { accessKeyId: local.AWS_ACCESS_KEY_ID, secretAccessKey: local.AWS_SECRET_ACCESS_KEY },
  };
  const [{ Lambda }, { IAM }, { CloudWatchLogs }, { ApiGatewayV2 }] = await Promise.all([
    import('@aws-sdk/client-lambda'),
    import('@aws-sdk/client-iam'),
    import('@aws-sdk/client-cloudwatch-logs'),
    import('@aws-sdk/client-apigatewayv2'),
  ]);
  return {
    lambda: new Lambda(settings),
    iam: new IAM(settings),
    logs: new CloudWatchLogs(settings),
    apis: new ApiGatewayV2(settings),
  };
}

export async function makeRole({ iam }) {
  const { Role } = await iam.createRole({
    RoleName: 'bench',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    }),
  });
  return Role.Arn;
}

export async function makeFunction({ lambda }, FunctionName, Role, { runtime, handler, file, code }) {
  const archive = new ZipArchive();
  archive.append(code, { name: file });
  const [ZipFile] = await Promise.all([buffer(archive), archive.finalize()]);
  await lambda.createFunction({
    FunctionName,
    Role,
    Runtime: runtime,
    Handler: handler,
    Code: { ZipFile },
  });
}
