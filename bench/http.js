// HTTP requests to functions: function URLs and HTTP APIs of the local AWS, and the same route of serverless-offline.
import { clientsOf, makeFunction, makeRole, sources } from './functions.js';
import { realPython, withLocalAws } from './harness.js';
import { compareInTurns } from './in-turns.js';
import { withBareServer } from './invocations.js';
import { withServerlessOffline } from './serverless-offline.js';

export async function http() {
  const languages = (await realPython()) ? ['node', 'python'] : ['node'];
  const functions = Object.fromEntries(languages.map((name) => [name, sources[name]]));
  await withBareServer((bareUrl) =>
    withLocalAws(async (env) => {
      const bare = contender('bare HTTP server in Node', bareUrl);
      const ours = await localContenders(env, functions);
      await withServerlessOffline(functions, async (_, routeOf) => {
        const peers = new Map(
          languages.map((language) => [
            language,
            contender(`serverless-offline, ${language}`, routeOf(language), language),
          ]),
        );
        await compareInTurns({
          title: 'HTTP requests',
          note: 'slsctl writes logs',
          contenders: [bare, ...ours, ...peers.values()],
          peerOf: (one) => (ours.includes(one) ? peers.get(one.language) : undefined),
        });
      });
    }),
  );
}

/** `host`: the name in the request, which may not have an address. */
function contender(name, url, language, host) {
  const headers = host === undefined ? {} : { host };
  return { name, language, request: () => ({ url, method: 'GET', headers, body: '' }) };
}

async function localContenders(env, functions) {
  const clients = await clientsOf(env);
  const role = await makeRole(clients);
  const contenders = [];
  for (const [language, source] of Object.entries(functions)) {
    await makeFunction(clients, language, role, source);
    const { host } = new URL(await makeUrl(clients, language));
    contenders.push(contender(`function URL, ${language}`, `${env.AWS_ENDPOINT_URL}/`, language, host));
    const api = await makeApi(clients, language);
    contenders.push(contender(`HTTP API, ${language}`, `${env.AWS_ENDPOINT_URL}/${language}`, language, api));
  }
  return contenders;
}

async function makeUrl({ lambda }, FunctionName) {
  const { FunctionUrl } = await lambda.createFunctionUrlConfig({ FunctionName, AuthType: 'NONE' });
  const everybody = { FunctionName, Principal: '*' };
  const url = { StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' };
  const invoke = { StatementId: 'invoke', Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true };
  for (const statement of [url, invoke]) await lambda.addPermission({ ...everybody, ...statement });
  return FunctionUrl;
}

/** The host of an HTTP API with one route. */
async function makeApi({ lambda, apis }, FunctionName) {
  const { FunctionArn } = await lambda.getFunctionConfiguration({ FunctionName });
  const { ApiEndpoint } = await apis.createApi({
    Name: FunctionName,
    ProtocolType: 'HTTP',
    Target: FunctionArn,
    RouteKey: `GET /${FunctionName}`,
  });
  const Principal = 'apigateway.amazonaws.com';
  await lambda.addPermission({
    FunctionName,
    StatementId: 'api',
    Action: 'lambda:InvokeFunction',
    Principal,
  });
  return new URL(ApiEndpoint).host;
}
