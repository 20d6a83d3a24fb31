// Start-up time of `slsctl`, compared with Node itself.
import { performance } from 'node:perf_hooks';
import { median, node, program, table } from './harness.js';

const rounds = 25;

/** The candidates run in turns, so that a slow moment of the machine affects all of them. */
export async function startUp() {
  const candidates = [
    { name: 'node -e 0', args: ['-e', '0'], times: [] },
    { name: 'slsctl --version', args: [program, '--version'], times: [], limit: 1.3 },
    { name: 'slsctl deploy --help', args: [program, 'deploy', '--help'], times: [], limit: 1.6 },
  ];
  for (let round = -2; round < rounds; round += 1) {
    for (const candidate of candidates) {
      const began = performance.now();
      await node(candidate.args);
      if (round >= 0) candidate.times.push(performance.now() - began);
    }
  }
  const [base] = candidates;
  table(
    `Start-up, median of ${rounds} interleaved rounds`,
    ['command', 'ms', 'ratio', 'limit'],
    candidates.map(({ name, times, limit }) => {
      // The ratio is taken in each round: the candidates of one round run under the same conditions.
      const ratio = median(times.map((time, round) => time / base.times[round]));
      return [name, median(times).toFixed(1), `${ratio.toFixed(2)}×`, limit ? `≤ ${limit}×` : ''];
    }),
  );
}
