// Queues and functions for tests of mappings of queues.
import { type Event, type Lab, queueUrl } from './lab.ts';

const empty = { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' };

export const bodies = (event: Event): string[] => event.Records.map(({ body }: { body: string }) => body);

/** `current` answers the lab of the test that runs. */
export function queueTools(current: () => Lab) {
  const counts = async (name = 'q') => {
    const { Attributes } = await current().sqs('GetQueueAttributes', {
      QueueUrl: queueUrl(name),
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    });
    return Attributes;
  };
  return {
    counts,
    isEmpty: async (name = 'q') => JSON.stringify(await counts(name)) === JSON.stringify(empty),
    queue: (name = 'q', Attributes: Record<string, string> = {}) =>
      current().sqs('CreateQueue', { QueueName: name, Attributes }),
    send: (body: string, more: object = {}, name = 'q') =>
      current().sqs('SendMessage', { QueueUrl: queueUrl(name), MessageBody: body, ...more }),
    /** A function that keeps its events and answers with `answer`. */
    async keeper(answer: (event: Event) => unknown = () => null, name = 'f') {
      const events: Event[] = [];
      await current().make(name, (event) => {
        events.push(event);
        return answer(event);
      });
      return events;
    },
  };
}
