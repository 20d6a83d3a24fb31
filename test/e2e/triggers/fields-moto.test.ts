// The same fields against moto, an independent AWS emulator; fields that moto does not support are listed.
import { describe } from 'vitest';
import { motoAccount } from '../../support/moto.ts';
import { motoServer } from '../../support/tools.ts';
import { testMappingFields } from './fields.ts';

const account = '123456789012';

const unsupported = {
  mq: 'moto has mappings of queues and streams only',
  kafka: 'moto has mappings of queues and streams only',
  loggingConfig: 'moto takes it and does not answer it',
};

describe.skipIf(!(await motoServer()))('on moto', () => {
  testMappingFields({
    account,
    unsupported,
    start: async () => ({ ...(await motoAccount(account)), stop: async () => {} }),
  });
});
