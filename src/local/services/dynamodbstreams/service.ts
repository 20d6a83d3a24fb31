// The local DynamoDB Streams: reads the records that the local DynamoDB writes.
import * as sdk from '@aws-sdk/client-dynamodb-streams';
import type { Service, ServiceHost } from '../../service.ts';
import { StreamReader } from '../dynamodb/streams/log.ts';
import { type StreamsState, streams } from './streams.ts';

export function createDynamoStreamsService({ store, now }: ServiceHost): Service<typeof sdk, StreamsState> {
  return {
    name: 'dynamodbstreams',
    signedAs: 'dynamodb',
    protocol: 'json-1.0',
    apiVersion: '2012-08-10',
    target: 'DynamoDBStreams_20120810',
    sdk,
    handlers: streams,
    state: { reader: new StreamReader(store, now), now },
  };
}
