// DeleteMessage, ChangeMessageVisibility, and their batches.
import type * as sdk from '@aws-sdk/client-sqs';
import type { Handlers } from '../../../service.ts';
import { required } from '../errors.ts';
import type { SqsState } from '../state.ts';
import { checkBatch, eachOf } from './batch.ts';
import { changeVisibility, drop } from './drop.ts';

export const deletions: Handlers<typeof sdk, SqsState> = {
  DeleteMessage({ QueueUrl, ReceiptHandle }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    drop(state, queue, required(ReceiptHandle, 'ReceiptHandle'));
    return {};
  },

  DeleteMessageBatch({ QueueUrl, Entries }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    return eachOf(checkBatch(Entries, 'DeleteMessageBatchRequestEntry'), ({ ReceiptHandle }) => {
      drop(state, queue, required(ReceiptHandle, 'ReceiptHandle'));
      return {};
    });
  },

  ChangeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    const handle = required(ReceiptHandle, 'ReceiptHandle');
    changeVisibility(state, queue, handle, required(VisibilityTimeout, 'VisibilityTimeout'));
    return {};
  },

  ChangeMessageVisibilityBatch({ QueueUrl, Entries }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    const entries = checkBatch(Entries, 'ChangeMessageVisibilityBatchRequestEntry');
    return eachOf(entries, ({ ReceiptHandle, VisibilityTimeout }) => {
      changeVisibility(state, queue, required(ReceiptHandle, 'ReceiptHandle'), VisibilityTimeout);
      return {};
    });
  },
};
