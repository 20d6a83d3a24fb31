// `kafka`: Lambda reads a topic of a cluster for the function: of Amazon MSK, or of servers of the user's own.
import { arnOf, fields, list, matching, oneOf, refuse, short } from '../schema/checks.ts';
import {
  accesses,
  checkAge,
  checkStart,
  destinations,
  everyMapping,
  partialFailures,
  provisionedPollers,
  retries,
  start,
} from './mapping.ts';
import { cluster } from './sources.ts';

const consumerGroupId = matching(
  /^[a-zA-Z0-9-/*:_+=.@]{1,200}$/,
  'letters, digits and - / * : _ + = . @, at most 200',
)
  .optional()
  .describe('Consumer group. It is fixed when the trigger is made.');

const registryAccess = fields({
  type: oneOf(['BASIC_AUTH', 'CLIENT_CERTIFICATE_TLS_AUTH', 'SERVER_ROOT_CA_CERTIFICATE']).describe(
    'How Lambda signs in to the registry.',
  ),
  uri: arnOf('secretsmanager').describe('ARN of the secret.'),
});

const schemaRegistryConfig = fields({
  schemaRegistryURI: short(10_000).describe('Address or ARN of the registry.'),
  eventRecordFormat: oneOf(['JSON', 'SOURCE']).optional().describe('Format that the function gets.'),
  accessConfigs: list(registryAccess, 'a list of { type, uri }')
    .optional()
    .describe('How Lambda signs in to the registry.'),
  schemaValidationConfigs: list(
    fields({ attribute: oneOf(['KEY', 'VALUE']).describe('What is checked.') }),
    'a list of { attribute }',
    2,
  )
    .optional()
    .describe('The parts of a record that Lambda checks by their schemas.'),
})
  .optional()
  .describe('Registry of the schemas of records.');

const managedConfig = fields({ consumerGroupId, schemaRegistryConfig });
const ownConfig = fields({
  consumerGroupId,
  schemaRegistryConfig,
  consumptionMode: oneOf(['Stream', 'Queue'])
    .optional()
    .describe(
      'With Queue, Lambda reads as a share group, without order. It is fixed when the trigger is made.',
    ),
});

export const kafka = fields(
  {
    cluster: cluster.optional().describe('ARN of a cluster of Amazon MSK.'),
    selfManagedEventSource: fields({
      endpoints: fields({
        KAFKA_BOOTSTRAP_SERVERS: list(
          matching(/^[\w.:[\]-]+:\d{1,5}$/, 'HOST:PORT'),
          'a list of HOST:PORT',
          10,
        ).describe('Servers that the others are found by.'),
      }).describe('Addresses.'),
    })
      .optional()
      .describe('A cluster of your own.'),
    topics: list(matching(/^[^.][\w.-]{0,248}$/, 'the name of a topic'), '[TOPIC]')
      .length(1, { error: '[TOPIC], one of them' })
      .describe('The topic.'),
    sourceAccessConfigurations: accesses([
      'SASL_SCRAM_512_AUTH',
      'SASL_SCRAM_256_AUTH',
      'BASIC_AUTH',
      'CLIENT_CERTIFICATE_TLS_AUTH',
      'SERVER_ROOT_CA_CERTIFICATE',
      'IAM_AUTH',
      'IAM_OAUTHBEARER_AUTH',
      'OAUTHBEARER_AUTH',
      'OAUTHBEARER_AUDIENCE',
      'OAUTHBEARER_IDENTITY_POOL',
      'OAUTHBEARER_LOGICAL_CLUSTER',
      'OAUTHBEARER_SCOPE',
      'VPC_SUBNET',
      'VPC_SECURITY_GROUP',
    ])
      .nullable()
      .optional()
      .describe('How Lambda signs in, and the network of a cluster of your own.'),
    amazonManagedKafkaEventSourceConfig: managedConfig
      .optional()
      .describe('Settings of a cluster of Amazon MSK.'),
    selfManagedKafkaEventSourceConfig: ownConfig.optional().describe('Settings of a cluster of your own.'),
    ...everyMapping,
    ...start,
    ...retries,
    ...destinations,
    ...partialFailures,
    ...provisionedPollers,
  },
  '{ cluster, topics, … } or { selfManagedEventSource, topics, … }',
)
  .superRefine((entry, context) => {
    const { cluster, selfManagedEventSource: own } = entry;
    if ((cluster === undefined) === (own === undefined)) {
      refuse(context, 'needs cluster (Amazon MSK) or selfManagedEventSource, one of them');
    }
    const other =
      cluster === undefined ? 'amazonManagedKafkaEventSourceConfig' : 'selfManagedKafkaEventSourceConfig';
    if (entry[other]) refuse(context, 'is for the other kind of cluster', [other]);
    if (own && !entry.sourceAccessConfigurations) {
      refuse(context, 'is missing; a cluster of your own needs it', ['sourceAccessConfigurations']);
    }
    checkStart(entry, context);
    checkAge(entry, context);
  })
  .meta({
    description: 'Lambda reads a topic of Kafka: of a cluster of Amazon MSK, or of servers of your own.',
    examples: [
      {
        cluster: 'arn:aws:kafka:us-east-1:123456789012:cluster/orders/0123abcd-0123-4567-89ab-0123456789ab-1',
        topics: ['incoming'],
      },
    ],
  });
