// Events: from a queue or an upload to the handler, items of a table, and what idle mappings cost.
import { idle } from './events/idle.js';
import { queues } from './events/queues.js';
import { tables } from './events/tables.js';
import { uploads } from './events/uploads.js';

export async function events() {
  await queues();
  await uploads();
  await tables();
  await idle();
}
