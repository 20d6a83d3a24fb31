// Kills the local AWS while it delivers: all that it accepted is delivered, retried, or in the dead-letter queue.
import { messages } from './delivery/messages.ts';
import { records } from './delivery/records.ts';
import { DeliverySite } from './delivery/site.ts';
import { uploads } from './delivery/uploads.ts';
import type { Section } from './section.ts';

const sizes = {
  whole: {
    messages: { count: 10_000, kills: 2 },
    uploads: { count: 1000, kills: 1 },
    records: { count: 5000, kills: 1 },
  },
  short: {
    messages: { count: 300, kills: 1 },
    uploads: { count: 60, kills: 1 },
    records: { count: 300, kills: 1 },
  },
};

export const delivery: Section = async (size, say) => {
  const counts = sizes[size];
  const site = await DeliverySite.open();
  try {
    say('uploads');
    const uploaded = await uploads(site, counts.uploads);
    say('messages');
    const sent = await messages(site, counts.messages);
    say('stream records');
    const streamed = await records(site, counts.records);
    const all = [uploaded, sent, streamed];
    return {
      figures: all.map(({ figures }) => figures).join('; '),
      broken: all.flatMap(({ broken }) => broken),
    };
  } finally {
    await site.close();
  }
};
