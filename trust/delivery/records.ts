// Records of a table's stream to a function that fails by chance: each is processed, in the order of its item.
import type { Outcome } from '../section.ts';
import { sideBySide } from '../work.ts';
import { answered, type DeliverySite } from './site.ts';

/** The items, each of which is written again and again. */
const items = 50;

export async function records(
  site: DeliverySite,
  { count, kills }: { count: number; kills: number },
): Promise<Outcome> {
  const reports = await site.queue('records.fifo', { FifoQueue: 'true' });
  await site.function('records', reports.url, 0.02);
  const { TableDescription } = await site.dynamodb.createTable({
    TableName: 'trust',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  });
  await site.mapping({
    FunctionName: 'records',
    EventSourceArn: TableDescription?.LatestStreamArn,
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  const times = count / items;
  let written = 0;
  const ids = Array.from({ length: items }, (_, index) => `item-${index}`);
  const writing = sideBySide(ids, 4, async (id) => {
    for (let turn = 1; turn <= times; turn++) {
      const Item = { id: { S: id }, count: { N: String(turn) } };
      await answered(() => site.dynamodb.putItem({ TableName: 'trust', Item }));
      written += 1;
    }
  });
  await site.killDuring(kills, count, () => written);
  await writing;

  const seen = new Map<string, Set<number>>();
  const broken: string[] = [];
  let taken = 0;
  const take = (body: string) => {
    const [id = '', count] = body.split(' ');
    const turns = seen.get(id) ?? new Set<number>();
    seen.set(id, turns);
    const turn = Number(count);
    if (!turns.has(turn)) {
      taken += 1;
      // A record may come again, but none may come before the record that was written before it.
      if (turn > 1 && !turns.has(turn - 1)) broken.push(`${id}: ${turn} came before ${turn - 1}`);
    }
    turns.add(turn);
  };
  await site.collect(reports.url, take, () => taken >= written);
  const lost = written - taken;
  if (lost > 0) broken.push(`${lost} records were not processed`);
  return {
    figures: `${written.toLocaleString('en')} stream records of ${items} items, ${kills} kills: ${lost} lost, ${broken.length} out of order`,
    broken,
  };
}
