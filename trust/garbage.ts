// Sends mutated requests to a local AWS: it must neither crash nor answer 200 to garbage.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../src/local/store/lmdb-store.ts';
import { role } from '../test/local/services/lambda/control.ts';
import { type SignedServer, signedServer } from '../test/local/signed-server.ts';
import { asked, type Reached, reached, written } from '../test/local/wires.ts';
import { filesZip } from '../test/local/zip.ts';
import { Dice } from './garbage/dice.ts';
import { mutations, there } from './garbage/mutations.ts';
import { rawBytes, sendRaw } from './garbage/raw.ts';
import type { Section } from './section.ts';
import { sideBySide } from './work.ts';

const counts = { whole: 50_000, short: 2000 };
const rawShare = 0.04;

export const garbage: Section = async (size, say) => {
  const folder = await mkdtemp(join(tmpdir(), 'slsctl-trust-'));
  const store = openStore(join(folder, 'store'));
  const server = await signedServer(store);
  const quiet = silenced();
  const tally = { sent: 0, garbage: 0, crashes: 0, taken: 0 };
  const broken: string[] = [];
  const crash = (text: string) => {
    tally.crashes += 1;
    broken.push(text);
  };
  const uncaught = (error: unknown) => crash(`an error that nothing caught: ${error}`);
  process.on('uncaughtException', uncaught).on('unhandledRejection', uncaught);
  try {
    const all = reached(server.services);
    await fill(server, all);
    const seeds = Array.from({ length: counts[size] }, (_, index) => index + 1);
    await sideBySide(seeds, 8, async (seed) => {
      const dice = new Dice(seed);
      if (dice.below(1000) < rawShare * 1000) await raw(server, dice, seed);
      else await one(server, all, dice, seed);
      if (++tally.sent % 500 === 0) say(`${tally.sent} of ${seeds.length} requests`);
    });
  } finally {
    process.off('uncaughtException', uncaught).off('unhandledRejection', uncaught);
    quiet.end();
    await server.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
  const figures = `${tally.sent.toLocaleString('en')} requests, ${tally.garbage.toLocaleString('en')} of them garbage: ${tally.crashes} crashes, ${tally.taken} answers of 200 to garbage`;
  return { figures, broken: broken.slice(0, 20) };

  async function one(to: SignedServer, operations: readonly Reached[], dice: Dice, seed: number) {
    const [name, mutate] = dice.among(Object.entries(mutations));
    for (;;) {
      const which = dice.among(operations);
      const mutated = mutate(which, dice);
      if (!mutated) continue;
      const what = `seed ${seed}: ${name}, ${which.service.name}:${which.operation.name} in ${which.wire}`;
      const answer = await to
        .ask(mutated.request)
        .catch((error) => ({ status: 0, body: String(error), code: undefined }));
      const { status, body, code } = answer;
      // 501 is the answer for what is not supported locally.
      if (status < 200 || (status >= 500 && status !== 501))
        crash(`${what}: ${status} ${body.slice(0, 300)}`);
      if (mutated.garbage) tally.garbage += 1;
      if (mutated.garbage && status >= 200 && status < 300) {
        tally.taken += 1;
        broken.push(`${what}: ${status} to ${String(mutated.request.body).slice(0, 300)}`);
      }
      // Only addresses that are nothing, and answers without a body, have no code.
      const told = code !== undefined || [404, 431].includes(status) || mutated.request.method === 'HEAD';
      if (mutated.garbage && status >= 400 && !told) broken.push(`${what}: ${status} without a code`);
      return;
    }
  }

  async function raw(to: SignedServer, dice: Dice, seed: number) {
    const bytes = rawBytes(dice);
    const said = await sendRaw(Number(new URL(to.endpoint).port), bytes);
    tally.garbage += 1;
    if (!/^HTTP\/1\.1 2\d\d/m.test(said)) return;
    tally.taken += 1;
    broken.push(
      `seed ${seed}: ${said.slice(0, 40)} to ${JSON.stringify(bytes.toString('latin1').slice(0, 200))}`,
    );
  }
};

/** Creates something of several services, so that requests get past the look-up. */
async function fill(server: SignedServer, all: readonly Reached[]): Promise<void> {
  const ZipFile = Buffer.from(filesZip({ 'index.py': 'x = 1\n' })).toString('base64');
  const inputs: Record<string, object> = {
    CreateFunction: {
      FunctionName: there,
      Role: role,
      Runtime: 'python3.13',
      Handler: 'a.b',
      Code: { ZipFile },
    },
    CreateLogGroup: { logGroupName: there },
    CreateUser: { UserName: there },
    PutParameter: { Name: there, Value: 'v', Type: 'String' },
    CreateSecret: { Name: there, SecretString: 's', ClientRequestToken: 'a'.repeat(32) },
  };
  const requests = Object.entries(inputs).map(([name, input]) => {
    const one = all.find(({ operation }) => operation.name === name) as Reached;
    return asked(one, written(one, input), there);
  });
  const body =
    '<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>';
  for (const request of [...requests, { service: 's3', method: 'PUT', path: `/${there}`, body }]) {
    const { status, body: said } = await server.ask(request);
    if (status >= 300) throw new Error(`${request.service} answers ${status}: ${said}`);
  }
}

/** The SDK's decoder of CBOR warns of lengths that are far too large. */
function silenced(): { end(): void } {
  const { warn } = console;
  console.warn = () => {};
  return {
    end: () => {
      console.warn = warn;
    },
  };
}
