// The detail of an event reaches targets with its numbers as the sender wrote them.
import { describe, expect, it } from 'vitest';
import { fixture, queueArn } from './fixture.ts';

const pattern = { source: ['shop'] };
const Detail =
  '{ "price": 1.0, "big": 12345678901234567890, "9": "nine", "10": [1e3, -0.50], "twice": 1, "twice": 2 }';
const compactDetail = '{"price":1.0,"big":12345678901234567890,"9":"nine","10":[1e3,-0.50],"twice":2}';

describe('the detail of an event', () => {
  it('has its numbers and the order of its keys in a function, a queue and a log group', async () => {
    const { put, rule, queue, bodies, texts, written } = fixture();
    await rule('r', pattern, [
      {},
      { Arn: await queue('q') },
      { Arn: 'arn:aws:logs:eu-central-1:123456789012:log-group:/g' },
    ]);
    await put({ Detail });
    const [text = ''] = texts;
    const end = `,"detail":${compactDetail}}`;
    expect(text.endsWith(end)).toBe(true);
    expect(bodies('q')).toStrictEqual([text]);
    expect(written.map(({ message }) => message)).toStrictEqual([text]);
  });

  it('keeps its numbers behind another bus', async () => {
    const { put, rule, events, texts } = fixture();
    const { EventBusArn } = (await events('CreateEventBus', { Name: 'other' })) as { EventBusArn: string };
    await rule('r', pattern, [{ Arn: EventBusArn }]);
    await rule('r', { detail: { price: [1] } }, [{}], { EventBusName: 'other' });
    await put({ Detail });
    expect(texts.map((text) => text.slice(text.indexOf('"detail":')))).toStrictEqual([
      `"detail":${compactDetail}}`,
    ]);
  });

  it('keeps its numbers in parts and templates', async () => {
    const { put, rule, queue, bodies } = fixture();
    const Arn = await queue('q');
    const InputPathsMap = { price: '$.detail.price', list: "$.detail['10']", all: '$.detail' };
    const template = (InputTemplate: string) => ({ Arn, InputTransformer: { InputPathsMap, InputTemplate } });
    await rule('r', pattern, [
      { Arn, InputPath: '$.detail.big' },
      template('{"p":<price>,"l":<list>,"text":"<price> <list>"}'),
      template('"<price> of <all>"'),
    ]);
    await put({ Detail });
    expect(bodies('q')).toStrictEqual([
      '12345678901234567890',
      '{"p":1.0,"l":[1e3,-0.50],"text":"1.0 [1e3,-0.50]"}',
      `"1.0 of ${compactDetail.replaceAll('"', '')}"`,
    ]);
  });

  it('matches patterns by its numbers, however they are written', async () => {
    const { put, rule, received } = fixture();
    await rule('a', { detail: { '10': [{ numeric: ['=', 1000] }] } }, [{}]);
    await rule('b', { detail: { price: [{ numeric: ['>', 1] }] } }, [{}]);
    await rule('c', { detail: { twice: [1] } }, [{}]);
    await put({ Detail });
    expect(received).toHaveLength(1);
  });

  it('reaches the dead-letter queue with its numbers', async () => {
    const { put, rule, queue, bodies, refusals } = fixture();
    const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:gone';
    refusals.set(
      arn,
      Object.assign(new Error('gone'), { name: 'ResourceNotFoundException', $fault: 'client' }),
    );
    await queue('dead');
    await rule('r', pattern, [{ Arn: arn, DeadLetterConfig: { Arn: queueArn('dead') } }]);
    await put({ Detail });
    expect(bodies('dead')[0]?.endsWith(`"detail":${compactDetail}}`)).toBe(true);
  });
});

it('a constant reaches the target as it was written', async () => {
  const { put, rule, texts } = fixture();
  await rule('r', pattern, [{ Input: '{"price": 1.0}' }]);
  await put();
  expect(texts[0]).toBe('{"price": 1.0}');
});
