// The local Kinesis: streams, their shards and records, and consumers.
import * as sdk from '@aws-sdk/client-kinesis';
import type { Service, ServiceHost } from '../../service.ts';
import { consumers } from './consumers.ts';
import { recordStreams } from './face.ts';
import { iterators } from './iterators.ts';
import { put } from './put.ts';
import { settings } from './settings.ts';
import { shards } from './shards.ts';
import { createKinesisState, type KinesisState } from './state.ts';
import { streams } from './streams.ts';
import { taggedStreams, tags } from './tags.ts';

export function createKinesisService(host: ServiceHost): Service<typeof sdk, KinesisState> {
  const state = createKinesisState(host);
  return {
    name: 'kinesis',
    protocol: 'json-1.1',
    apiVersion: '2013-12-02',
    target: 'Kinesis_20131202',
    sdk,
    handlers: { ...streams, ...shards, ...put, ...iterators, ...consumers, ...settings, ...tags },
    state,
    faces: { kinesis: recordStreams(state) },
    tagged: taggedStreams(state),
  };
}
