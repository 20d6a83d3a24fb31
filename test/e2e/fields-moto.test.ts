// The same fields against moto, an independent AWS emulator; fields that moto does not support are listed.
import { describe } from 'vitest';
import { testFields } from '../support/fields/suite.ts';
import { motoAccount } from '../support/moto.ts';
import { motoServer } from '../support/tools.ts';

const account = '123456789012';
const unchanged = 'moto takes it when a function is made, and keeps that whatever an update says';
const unread = 'moto takes it and does not answer it';
const unknown = 'moto has no such operation';
const publicUrl = 'moto leaves the conditions out of the statements that a public address needs';
const condition = 'moto leaves this condition out of statements';
const unsupported = {
  durableConfig: unread,
  capacityProviderConfig: unread,
  tenancyConfig: unread,
  architectures: unchanged,
  ephemeralStorage: unchanged,
  'ephemeralStorage (number)': unchanged,
  kmsKeyArn: unchanged,
  fileSystemConfigs: unread,
  tracingConfig: unchanged,
  loggingConfig: unread,
  deadLetterConfig: unchanged,
  snapStart: unchanged,
  eventInvokeConfig: 'moto answers the first of several PutFunctionEventInvokeConfig',
  'url (whole)': publicUrl,
  'url.authType': publicUrl,
  'url.cors (whole)': 'moto takes an empty CORS configuration for none that is given',
  'permissions.uploads (whole)': condition,
  'permissions.uploads.eventSourceToken': condition,
  'permissions.uploads.functionUrlAuthType': condition,
  'permissions.uploads.invokedViaFunctionUrl': condition,
  'url.invokeMode': unchanged,
  'url.qualifier': 'moto makes a URL for the function, whatever the qualifier',
  'permissions.uploads.qualifier': 'moto removes no statement of an alias',
  'image.imageConfig': unchanged,
  'aliases (whole)': unknown,
  'aliases.live (whole)': unknown,
  'aliases.live.provisionedConcurrentExecutions': unknown,
  recursiveLoop: unknown,
  codeSigningConfigArn: unknown,
  runtimeManagementConfig: unknown,
};

describe.skipIf(!(await motoServer()))('on moto', () => {
  testFields({
    account,
    unsupported,
    start: async () => ({ ...(await motoAccount(account)), stop: async () => {} }),
  });
});
