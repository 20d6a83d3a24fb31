// Query with presigned requests, and with answers in JSON.
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { account } from '../../call.ts';
import { Sha256, type SignedServer, signedServer } from '../../signed-server.ts';

const version = '2012-11-05';
let server: SignedServer;
let count = 0;
beforeAll(async () => {
  server = await signedServer();
});
afterAll(() => server.close());

const encoded = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

async function queue() {
  const name = `q-${count++}`;
  const body = encoded({ Action: 'CreateQueue', Version: version, QueueName: name });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await server.ask({ service: 'sqs', headers, body });
  const path = `/${account}/${name}`;
  return { name, path, url: server.endpoint + path };
}

describe('Query', () => {
  it('takes presigned requests, whose signature covers the body', async () => {
    const { url, path } = await queue();
    const { credentials } = server;
    const { host } = new URL(url);
    const signer = new SignatureV4({ service: 'sqs', region: 'eu-central-1', credentials, sha256: Sha256 });
    const fields = { Action: 'GetQueueUrl', QueueName: path.split('/').at(-1) as string };
    const { query: signed = {} } = await signer.presign({
      ...{ method: 'GET', protocol: 'http:', hostname: host, path, query: fields, headers: { host } },
    });
    const presigned = `${url}?${new URLSearchParams(signed as Record<string, string>)}`;
    const answer = await fetch(presigned);
    expect(await answer.text()).toContain(`<QueueUrl>${url}</QueueUrl>`);
    expect(answer.status).toBe(200);
  });

  it('answers JSON to a client that accepts it, with null for absent members', async () => {
    const { path, url, name } = await queue();
    const asked = (fields: Record<string, string>, at = path) =>
      server.ask({
        service: 'sqs',
        method: 'GET',
        path: at,
        query: encoded({ Version: version, ...fields }),
        headers: { accept: 'application/json' },
        body: '',
      });
    const sent = await asked({ Action: 'SendMessage', MessageBody: '{"a": "&quot;\r"}' });
    expect(sent.headers['content-type']).toBe('application/json');
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
    const ResponseMetadata = { RequestId: id };
    expect(JSON.parse(sent.body)).toStrictEqual({
      SendMessageResponse: {
        SendMessageResult: {
          MD5OfMessageBody: expect.any(String),
          MD5OfMessageAttributes: null,
          MD5OfMessageSystemAttributes: null,
          MessageId: id,
          SequenceNumber: null,
        },
        ResponseMetadata,
      },
    });
    expect(JSON.parse((await asked({ Action: 'ReceiveMessage' })).body)).toMatchObject({
      ReceiveMessageResponse: { ReceiveMessageResult: { messages: [{ Body: '{"a": "&quot;\r"}' }] } },
    });
    const attributes = await asked({ Action: 'GetQueueAttributes', 'AttributeName.1': 'QueueArn' });
    expect(JSON.parse(attributes.body).GetQueueAttributesResponse.GetQueueAttributesResult).toStrictEqual({
      Attributes: [{ Name: 'QueueArn', Value: expect.stringContaining(name) }],
    });
    expect(JSON.parse((await asked({ Action: 'ListQueues' }, '/')).body)).toMatchObject({
      ListQueuesResponse: { ListQueuesResult: { queueUrls: expect.arrayContaining([url]), NextToken: null } },
    });
    expect(JSON.parse((await asked({ Action: 'DeleteQueue' })).body)).toStrictEqual({
      DeleteQueueResponse: { ResponseMetadata },
    });
    const { status, body } = await asked({ Action: 'DeleteQueue' });
    expect([status, JSON.parse(body)]).toStrictEqual([
      400,
      {
        Error: {
          Code: 'AWS.SimpleQueueService.NonExistentQueue',
          Message: 'The specified queue does not exist for this wsdl version.',
          Type: 'Sender',
        },
        RequestId: id,
      },
    ]);
  });
});
