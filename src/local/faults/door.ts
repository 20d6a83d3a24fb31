// The address at which `slsctl local fault` sets, lists and clears faults: `/_slsctl/faults`.
import { parseJson } from '../protocols/json-values.ts';
import type { WireRequest } from '../protocols/protocol.ts';
import { ServiceError } from '../service-error.ts';
import { invalid } from './fault.ts';
import type { Faults } from './faults.ts';

/** The answer to GET, POST and DELETE. @throws ServiceError */
export function answerAtDoor(faults: Faults, { method, path, body }: WireRequest): object {
  const [, , , id, more] = path.split('/');
  if (more === undefined) {
    if (method === 'GET' && id === undefined) return { faults: faults.list() };
    if (method === 'POST' && id === undefined) return { fault: faults.add(documentIn(body)) };
    if (method === 'DELETE') {
      if (id !== undefined && !/^\d{1,9}$/.test(id)) throw invalid(`there is no fault ${id}`);
      return { cleared: faults.clear(id === undefined ? undefined : Number(id)) };
    }
  }
  throw new ServiceError('NotFound', 'Not found', 404);
}

function documentIn(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch {
    throw invalid('the request is not JSON');
  }
}
