// Topics of Kafka: of a cluster of Amazon MSK, or of servers of the user's own.
import type { TriggerValues } from '../../config/triggers/all.ts';
import type { RoleStatement } from '../role/grants.ts';
import type { TriggerKind } from './kind.ts';
import { mappingKind, sidOf } from './mapping/kind.ts';
import type { Mapping } from './mapping/live.ts';
import { networkStatement, secretStatements } from './mapping/network.ts';
import type { MappingSource } from './mapping/source.ts';
import { otherRegion } from './mapping/streams.ts';

type Declared = TriggerValues['kafka'];

export const kafka: TriggerKind<Declared> = mappingKind({
  name: 'kafka',
  defaults: { BatchSize: 100, MaximumRecordAgeInSeconds: -1, MaximumRetryAttempts: -1 },
  initial: { StartingPosition: 'TRIM_HORIZON' },
  parse(declared) {
    const { cluster: _, selfManagedEventSource: __, topics: ___, ...members } = declared;
    return { source: topicSource(declared), members };
  },
  recognizes: ({ EventSourceArn = '', SelfManagedEventSource }) =>
    SelfManagedEventSource !== undefined || EventSourceArn.split(':')[2] === 'kafka',
  sourceFields: ({ EventSourceArn, SelfManagedEventSource, Topics }) => ({
    Cluster: EventSourceArn,
    SelfManagedEventSource,
    Topics,
  }),
  label: ({ EventSourceArn, SelfManagedEventSource, Topics }) =>
    labelOf(EventSourceArn, serversOf({ SelfManagedEventSource }), Topics),
  statements: ({ label }, declared) => [
    ...clusterStatements(label, declared),
    ...secretStatements(sidOf('kafka', `${label}-secrets`), declared.sourceAccessConfigurations),
  ],
});

/** Source: AWS Lambda Developer Guide, "Configuring Lambda permissions for Amazon MSK" and "… self-managed Apache Kafka". */
function clusterStatements(
  label: string,
  { cluster, topics, sourceAccessConfigurations: accesses }: Declared,
): RoleStatement[] {
  const network = networkStatement('KafkaNetwork');
  if (cluster === undefined) {
    return accesses?.some(({ type }) => type === 'VPC_SUBNET') ? [network] : [];
  }
  const sid = sidOf('kafka', label);
  const [place = '', path = ''] = cluster.split(':cluster/');
  const inCluster = (kind: string, rest: string) => `${place}:${kind}/${path}/${rest}`;
  return [
    {
      Sid: sid,
      Effect: 'Allow',
      Action: ['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'],
      Resource: cluster,
    },
    {
      Sid: `${sid}Read`,
      Effect: 'Allow',
      Action: [
        'kafka-cluster:Connect',
        'kafka-cluster:DescribeClusterDynamicConfiguration',
        'kafka-cluster:DescribeTopic',
        'kafka-cluster:ReadData',
        'kafka-cluster:DescribeGroup',
        'kafka-cluster:AlterGroup',
      ],
      Resource: [cluster, ...topics.map((topic) => inCluster('topic', topic)), inCluster('group', '*')],
    },
    network,
  ];
}

/** `orders/incoming`: the cluster, or the first server, and the topic. */
function labelOf(
  cluster: string | undefined,
  servers: readonly string[],
  topics: readonly string[] = [],
): string {
  return [cluster === undefined ? servers[0] : cluster.split('/')[1], ...topics].join('/');
}

function serversOf({ SelfManagedEventSource }: Pick<Mapping, 'SelfManagedEventSource'>): readonly string[] {
  return SelfManagedEventSource?.Endpoints?.KAFKA_BOOTSTRAP_SERVERS ?? [];
}

function topicSource({ cluster, selfManagedEventSource: own, topics }: Declared): MappingSource {
  const servers = own?.endpoints.KAFKA_BOOTSTRAP_SERVERS ?? [];
  const SelfManagedEventSource = own && { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: servers } };
  const same = (one: readonly string[], other: readonly string[]) =>
    [...one].sort().join() === [...other].sort().join();
  return {
    label: labelOf(cluster, servers, topics),
    needs: [],
    request: () => ({ EventSourceArn: cluster, SelfManagedEventSource, Topics: topics }),
    isOf: (mapping) =>
      mapping.EventSourceArn === cluster &&
      same(serversOf(mapping), servers) &&
      same(mapping.Topics ?? [], topics),
    problem: (here) =>
      cluster === undefined ? undefined : otherRegion('cluster', cluster.split(':')[3] ?? '', here),
  };
}
