// The inputs of targets: constants, parts of events, and templates.
import { describe, expect, it } from 'vitest';
import { fixture, queueArn, ruleArn } from './fixture.ts';

const pattern = { source: ['shop'] };

describe('the input of a target', () => {
  const detail = {
    command: 'update',
    acc: { acc_id: 1, sf_id: 'baz' },
    states: ['ACTIVE', 'INACTIVE'],
    listed: true,
    text: 'say "hi"',
  };

  async function inputOf(target: object): Promise<unknown> {
    const { put, rule, received } = fixture();
    await rule('r', pattern, [target]);
    await put({ Detail: JSON.stringify(detail) });
    return received[0]?.event;
  }
  const InputPathsMap = {
    command: '$.detail.command',
    acc: '$.detail.acc',
    states: '$.detail.states',
    listed: '$.detail.listed',
    text: '$.detail.text',
    first: '$.detail.states[0]',
    missing: '$.detail.missing',
  };
  const transformed = (InputTemplate: string) =>
    inputOf({ InputTransformer: { InputPathsMap, InputTemplate } });

  it('is a constant', async () => {
    expect(await inputOf({ Input: '{"a": [1]}' })).toEqual({ a: [1] });
  });

  it('is a part of the event', async () => {
    expect(await inputOf({ InputPath: '$.detail' })).toEqual(detail);
    expect(await inputOf({ InputPath: '$.detail.acc.sf_id' })).toBe('baz');
    expect(await inputOf({ InputPath: '$.detail.states[1]' })).toBe('INACTIVE');
    expect(await inputOf({ InputPath: '$' })).toMatchObject({ source: 'shop' });
  });

  it('is a JSON template with values in it', async () => {
    expect(
      await transformed(
        '{"c": <command>, "a": <acc>, "s": [<states>, <first>], "l": <listed>, "t": <text>, "m": <missing>}',
      ),
    ).toEqual({
      c: 'update',
      a: detail.acc,
      s: [detail.states, 'ACTIVE'],
      l: true,
      t: 'say "hi"',
      m: '',
    });
  });

  it('is a JSON template with texts inside of quotes', async () => {
    expect(
      await transformed('{"path": "users/<command>/x/<command>", "one": "<command>", "m": "<missing>"}'),
    ).toEqual({
      path: 'users/update/x/update',
      one: 'update',
      m: '',
    });
  });

  it('is dropped when an object or a list inside of quotes breaks the JSON', async () => {
    expect(await transformed('{"a": "<acc>"}')).toBeUndefined();
    expect(await transformed('{"a": "<states>"}')).toBeUndefined();
  });

  it('is a text, in which JSON has no quotes', async () => {
    expect(await transformed('"<command> of <acc>, <states>, <listed><missing>"')).toBe(
      'update of {acc_id:1,sf_id:baz}, [ACTIVE,INACTIVE], true',
    );
    expect(await transformed('"first <command>"\n"second <first>"')).toBe('first update\nsecond ACTIVE');
  });

  it('is in quotes in a queue, when it is a text', async () => {
    const { put, rule, queue, bodies } = fixture();
    await queue('q');
    const InputTransformer = { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '"order <id>"' };
    await rule('r', pattern, [{ Arn: queueArn('q'), InputTransformer }]);
    await put();
    expect(bodies('q')).toEqual(['"order 7"']);
  });

  it('has reserved names', async () => {
    expect(
      await transformed(
        '{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "time": <aws.events.event.ingestion-time>}',
      ),
    ).toEqual({ arn: ruleArn('r'), name: 'r', time: '2024-05-01T10:00:00Z' });
    expect(await transformed('{"all": <aws.events.event.json>}')).toMatchObject({
      all: { detail, 'detail-type': 'order' },
    });
    const { event } = (await transformed('{"event": <aws.events.event>}')) as { event: object };
    expect(event).toMatchObject({ source: 'shop', detailType: 'order' });
    expect(event).not.toHaveProperty('detail');
    expect(event).not.toHaveProperty('detail-type');
  });
});
