// What `slsctl` costs before it does anything, next to Node itself.
import { performance } from 'node:perf_hooks';
import { median, node, program, table } from './machine.js';

const rounds = 25;

/** Start-up against `node -e 0`, interleaved so that all see the same machine. */
export async function startUp() {
  const candidates = [
    { name: 'node -e 0', args: ['-e', '0'], times: [] },
    { name: 'slsctl --version', args: [program, '--version'], times: [], wanted: 1.3 },
    { name: 'slsctl deploy --help', args: [program, 'deploy', '--help'], times: [], wanted: 1.6 },
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
    ['command', 'ms', 'ratio', 'wanted'],
    candidates.map(({ name, times, wanted }) => {
      // Round by round, since a slow moment of the machine hits neighbours alike.
      const ratio = median(times.map((time, round) => time / base.times[round]));
      return [name, median(times).toFixed(1), `${ratio.toFixed(2)}×`, wanted ? `≤ ${wanted}×` : ''];
    }),
  );
}
