// Which operations there are: those that a Lambda user needs, and a clear answer with its name for each of the others.
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as sts from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsOf } from '../../src/local/protocols/operations.ts';
import { valueFor } from './shape-values.ts';
import { type SignedServer, signedServer } from './signed-server.ts';

type Sdk = Record<string, unknown>;
interface Client {
  send(command: never): Promise<unknown>;
  destroy(): void;
}

/** What is not there, by what it is about. */
const left: Record<string, { sdk: Sdk; Client: new (settings: object) => Client; about: RegExp }> = {
  lambda: {
    sdk: lambda,
    Client: lambda.LambdaClient as never,
    about: /CapacityProvider|DurableExecution|FunctionScalingConfig|^(Get|Put|Delete)ResourcePolicy$/,
  },
  iam: {
    sdk: iam,
    Client: iam.IAMClient as never,
    about:
      /InstanceProfiles?$|InstanceProfileTags|OpenIDConnect|SAMLProvider|MFADevice|ServerCertificate|SigningCertificate|SSHPublicKey|ServiceSpecificCredential|Delegation|Organizations|OutboundWebIdentity|PasswordPolicy|CredentialReport|LastAccessed|AccountProperties|^AcquireRole$|^ChangePassword$|HumanReadableSummary|RoleTemplate|GrantingServiceAccess|SecurityTokenServicePreferences/,
  },
  logs: {
    sdk: logs,
    Client: logs.CloudWatchLogsClient as never,
    about:
      /Quer(y|ies)|Task|Deliver|Destination|Anomal|Policy|Policies|Integration|LookupTable|Syslog|Transformer|ConfigurationTemplates|FieldIndexes|ImportTask|^Get(LogFields|LogGroupFields|LogObject|LogRecord)$|AggregateLogGroup|BearerToken/,
  },
  sts: {
    sdk: sts,
    Client: sts.STSClient as never,
    about:
      /WithSAML|WithWebIdentity|AssumeRoot|DecodeAuthorizationMessage|DelegatedAccessToken|GetWebIdentityToken/,
  },
};
/** Their clients do not sign, and nothing that is not signed gets further. */
const unsigned = ['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'];

let server: SignedServer;
beforeAll(async () => {
  server = await signedServer();
});
afterAll(() => server.close());

describe.each(Object.keys(left))('of %s', (name) => {
  const { sdk, Client, about } = left[name] as (typeof left)['iam'];
  const all = [...operationsOf(sdk).values()];
  const handled = (operation: string): boolean => {
    const service = server.services.find((one) => one.name === name);
    return operation in (service?.handlers ?? {});
  };

  it('all are there but those about other things', () => {
    expect(all.length).toBeGreaterThan(10);
    const missing = all.map((operation) => operation.name).filter((operation) => !handled(operation));
    expect(missing.filter((operation) => !about.test(operation))).toEqual([]);
  });

  it('those that are not say so, with their name', async () => {
    const { endpoint, credentials } = server;
    const settings = {
      endpoint,
      credentials,
      region: 'eu-central-1',
      maxAttempts: 1,
      disableHostPrefix: true,
    };
    const client = new Client(settings);
    for (const operation of all.filter((one) => !handled(one.name))) {
      const schema = sdk[`${operation.name}$`] as unknown[];
      const Command = sdk[`${operation.name}Command`] as new (input: unknown) => never;
      const answer = client.send(new Command(valueFor(schema[4], 'full')));
      await expect(answer, operation.name).rejects.toMatchObject(
        unsigned.includes(operation.name)
          ? { message: 'Missing Authentication Token', $metadata: { httpStatusCode: 403 } }
          : {
              message: `${name}:${operation.name} is not supported locally (slsctl local)`,
              $metadata: { httpStatusCode: 501 },
            },
      );
    }
    client.destroy();
  });
});
