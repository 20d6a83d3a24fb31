// HTTP servers compared: with one client and with sixteen, in short bursts in turns, so that a slow moment of the machine
// affects all of them.
import { median, table } from './harness.js';
import { load } from './http-load.js';

const bursts = 20;
const requestsPerBurst = 200;

/**
 * A contender has a `name` and `request()`, which resolves with what `load` sends. `peerOf`: the contender to compare
 * with, burst by burst.
 */
export async function compareInTurns({ title, note, contenders, peerOf }) {
  const rows = [];
  for (const clients of [1, 16]) {
    const results = new Map(contenders.map((contender) => [contender, []]));
    for (let round = -5; round < bursts; round += 1) {
      for (const contender of contenders) {
        const result = await load({ ...(await contender.request()), clients, rounds: requestsPerBurst });
        if (round >= 0) results.get(contender).push(result);
      }
    }
    for (const contender of contenders) {
      const all = results.get(contender);
      const medianOf = (figure) => median(all.map((result) => result[figure]));
      const peer = results.get(peerOf(contender));
      const ratio = (figure) =>
        peer ? `${median(all.map((result, round) => result[figure] / peer[round][figure])).toFixed(2)}×` : '';
      rows.push([
        contender.name,
        String(clients),
        medianOf('p50').toFixed(2),
        medianOf('p99').toFixed(2),
        medianOf('perSecond').toFixed(0),
        ratio('p50'),
        ratio('perSecond'),
      ]);
    }
  }
  table(
    `${title}, median of ${bursts} bursts of ${requestsPerBurst} in turns; ${note}`,
    ['', 'clients', 'p50 ms', 'p99 ms', 'per second', 'p50 to serverless-offline', 'per second to it'],
    rows,
  );
}
