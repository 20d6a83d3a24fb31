// The exact requests for brokers and clusters: no emulator of AWS has mappings of them to compare with.
import { describe, expect, it } from 'vitest';
import { triggerBench } from '../../support/triggers/bench.ts';

const bench = triggerBench();
const broker = 'arn:aws:mq:us-east-1:000000000000:broker:orders:b-0123abcd-0123-4567-89ab-0123456789ab';
const cluster = 'arn:aws:kafka:us-east-1:000000000000:cluster/orders/0123abcd-0123-4567-89ab-0123456789ab-1';
const secret = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:access-a1b2c3';

/** The requests on event source mappings of a deployment, as the `aws lambda` commands that `--explain` shows. */
async function requests(): Promise<string[]> {
  const { stderr } = await bench.run('deploy', '--yes', '--explain');
  return stderr
    .split('\n')
    .filter((line) => /aws lambda (create|update|delete)-event-source-mapping/.test(line))
    .map((line) =>
      line
        .replace(/^.*aws lambda /, '')
        .replace(/ --endpoint-url \S+/, '')
        .replace(/--uuid \S+/, '--uuid UUID')
        .replace(/"slsctl:config":"[^"]*"/, '"slsctl:config":"FILE"')
        .replaceAll(bench.name, 'NAME'),
    );
}

async function life(entry: string, changed: string) {
  await bench.one([entry]);
  const created = await requests();
  await bench.one([changed]);
  const updated = await requests();
  await bench.write({ [bench.name]: '' });
  return [...created, ...updated, ...(await requests())];
}

describe('the requests for a mapping that is created, changed and removed', () => {
  it('of a queue of a broker', async () => {
    const members = `broker: "${broker}", queues: [incoming], sourceAccessConfigurations: [{ type: BASIC_AUTH, uri: "${secret}" }, { type: VIRTUAL_HOST, uri: /shop }]`;
    expect(
      await life(`mq: { ${members} }`, `mq: { ${members}, batchSize: 20, enabled: false }`),
    ).toMatchInlineSnapshot(`
      [
        "create-event-source-mapping --function-name NAME --event-source-arn arn:aws:mq:us-east-1:000000000000:broker:orders:b-0123abcd-0123-4567-89ab-0123456789ab --enabled --tags '{"slsctl:project":"NAME","slsctl:config":"FILE"}' --queues incoming --source-access-configurations '[{"Type":"BASIC_AUTH","URI":"arn:aws:secretsmanager:us-east-1:000000000000:secret:access-a1b2c3"},{"Type":"VIRTUAL_HOST","URI":"/shop"}]'",
        "update-event-source-mapping --uuid UUID --no-enabled --batch-size 20",
        "delete-event-source-mapping --uuid UUID",
      ]
    `);
  });

  it('of a topic of a cluster', async () => {
    const members = `cluster: "${cluster}", topics: [incoming], amazonManagedKafkaEventSourceConfig: { consumerGroupId: shop }`;
    const pattern = '{ filters: [{ pattern: { value: { kind: [paid] } } }] }';
    expect(
      await life(
        `kafka: { ${members}, batchSize: 50 }`,
        `kafka: { ${members}, batchSize: 60, filterCriteria: ${pattern} }`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "create-event-source-mapping --function-name NAME --event-source-arn arn:aws:kafka:us-east-1:000000000000:cluster/orders/0123abcd-0123-4567-89ab-0123456789ab-1 --enabled --batch-size 50 --starting-position TRIM_HORIZON --tags '{"slsctl:project":"NAME","slsctl:config":"FILE"}' --topics incoming --amazon-managed-kafka-event-source-config '{"ConsumerGroupId":"shop"}'",
        "update-event-source-mapping --uuid UUID --batch-size 60 --filter-criteria '{"Filters":[{"Pattern":"{\\"value\\":{\\"kind\\":[\\"paid\\"]}}"}]}'",
        "delete-event-source-mapping --uuid UUID",
      ]
    `);
  });

  it('of a topic of servers of your own', async () => {
    const members = `selfManagedEventSource: { endpoints: { KAFKA_BOOTSTRAP_SERVERS: ["kafka.example.com:9092"] } }, topics: [incoming]`;
    const access = (type: string) => `sourceAccessConfigurations: [{ type: ${type}, uri: "${secret}" }]`;
    expect(
      await life(
        `kafka: { ${members}, ${access('SASL_SCRAM_512_AUTH')} }`,
        `kafka: { ${members}, ${access('SASL_SCRAM_256_AUTH')}, batchSize: 7 }`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "create-event-source-mapping --function-name NAME --enabled --starting-position TRIM_HORIZON --tags '{"slsctl:project":"NAME","slsctl:config":"FILE"}' --topics incoming --source-access-configurations '[{"Type":"SASL_SCRAM_512_AUTH","URI":"arn:aws:secretsmanager:us-east-1:000000000000:secret:access-a1b2c3"}]' --self-managed-event-source '{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["kafka.example.com:9092"]}}'",
        "update-event-source-mapping --uuid UUID --batch-size 7 --source-access-configurations '[{"Type":"SASL_SCRAM_256_AUTH","URI":"arn:aws:secretsmanager:us-east-1:000000000000:secret:access-a1b2c3"}]'",
        "delete-event-source-mapping --uuid UUID",
      ]
    `);
  });
});
