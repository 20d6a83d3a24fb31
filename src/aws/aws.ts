// The `Aws` object through which commands and resources make every AWS call.
import { type ClientParts, Clients } from './clients.ts';
import { connection } from './command.ts';
import type { Identity } from './identity.ts';
import type { TaggedImage } from './image-digest.ts';
import type { Counted } from './metrics.ts';
import { shellLine } from './shell.ts';
import type { Parameter } from './stored-values.ts';
import type { Tagged } from './tagged.ts';

export interface AwsParts extends ClientParts {
  /** Files that hold these bytes: `--explain` names the file instead of its content. */
  files: WeakMap<Uint8Array, string>;
  /** Prints one line of `--explain`; undefined: off. */
  explain?: (command: string) => void;
  /** As the user gave them. */
  options: { region?: string; profile?: string };
}

/** The SDK's names of the services that decide where a run goes. */
const services = ['Lambda', 'IAM', 'CloudWatch Logs', 'S3', 'STS', 'Resource Groups Tagging API'];

export class Aws extends Clients {
  readonly region: string;
  /** Undefined: the real AWS. */
  readonly endpoint?: string;
  private readonly own: AwsParts;
  private caller?: Promise<Identity>;
  private knownAccount?: string;
  private readonly closed = new AbortController();

  constructor(parts: AwsParts) {
    super(parts);
    this.own = parts;
    this.region = parts.config.region;
    this.endpoint = parts.endpointOf('Lambda');
  }

  /** The endpoints that are configured, each once, that of Lambda first. */
  get endpoints(): string[] {
    const configured = services.flatMap((serviceId) => this.own.endpointOf(serviceId) ?? []);
    return [...new Set(configured)];
  }

  /** The same credentials in another region. Calls of both share rates, connections and the guard of the account. */
  inRegion(region: string): Aws {
    const { own } = this;
    const config = { ...own.config, region };
    return new Aws({ ...own, config, options: { ...own.options, region } });
  }

  /** Account, ARN and user id of the caller (sts:GetCallerIdentity), asked once. */
  identity(): Promise<Identity> {
    this.caller ??= this.askIdentity().catch((error) => {
      this.caller = undefined;
      throw error;
    });
    return this.caller;
  }

  /** The account of the credentials. Throws before `knowAccount` has resolved. */
  get account(): string {
    if (this.knownAccount === undefined) throw new Error('the account is not known yet: call knowAccount()');
    return this.knownAccount;
  }

  /** Makes no call when the credentials name their account, or when another call has asked for it. */
  async knowAccount(): Promise<void> {
    const { credentials } = this.own.config;
    const { accountId } = typeof credentials === 'function' ? await credentials() : credentials;
    this.knownAccount ??= accountId ?? (await this.identity()).account;
  }

  private async askIdentity(): Promise<Identity> {
    const [{ askIdentity }, sts] = await Promise.all([import('./identity.ts'), this.sts()]);
    return askIdentity(sts, this.closed.signal);
  }

  /** The parameters of these names in Parameter Store. Rejects when one is missing. */
  async parameters(names: readonly string[]): Promise<Map<string, Parameter>> {
    const [{ askParameters }, ssm] = await Promise.all([import('./stored-values.ts'), this.ssm()]);
    return askParameters(ssm, names);
  }

  /** The text of a secret: `name`, or `name#key` for one key of a JSON object. */
  async secret(reference: string): Promise<string> {
    const [{ askSecret }, secrets] = await Promise.all([import('./stored-values.ts'), this.secretsManager()]);
    return askSecret(secrets, reference);
  }

  /**
   * Resources of these services (`lambda`, `logs`, `s3`) in this region that have these tags. `tags` lists the accepted
   * values for each key; an empty list accepts any value.
   */
  async tagged(
    services: readonly string[],
    tags: Readonly<Record<string, readonly string[]>>,
  ): Promise<Tagged[]> {
    const [{ askTagged }, tagging] = await Promise.all([import('./tagged.ts'), this.tagging()]);
    return askTagged(tagging, services, tags);
  }

  /** The digest (`sha256:…`) of the image that has this tag in Amazon ECR. Rejects when ECR does not tell it. */
  async imageDigest(image: TaggedImage): Promise<string | undefined> {
    const [{ askImageDigest }, ecr] = await Promise.all([import('./image-digest.ts'), this.ecr()]);
    return askImageDigest(ecr, image);
  }

  /** The sum of each of these CloudWatch metrics between two times, in the order given. */
  async sums(metrics: readonly Counted[], from: Date, to: Date): Promise<number[]> {
    const [{ askSums }, cloudWatch] = await Promise.all([import('./metrics.ts'), this.cloudWatch()]);
    return askSums(cloudWatch, metrics, from, to);
  }

  /** Records which file holds these bytes: `--explain` names the file instead of its content. */
  nameBytes(bytes: Uint8Array, file: string): void {
    this.own.files.set(bytes, file);
  }

  /** The line to type for a command of the `aws` CLI, with the options that say where this run goes. */
  commandLine(words: readonly string[], serviceId = 'Lambda'): string {
    const { options, endpointOf } = this.own;
    return shellLine([...words, ...connection({ ...options, endpoint: endpointOf(serviceId) })]);
  }

  /** For `--explain`: prints one command of the `aws` CLI that stands for many calls to S3. */
  tell(words: readonly string[]): void {
    this.own.explain?.(this.commandLine(words, 'S3'));
  }

  /** The content at an address that AWS has signed; a number: the status of an answer without one. */
  async download(location: string, signal: AbortSignal): Promise<Uint8Array | number> {
    const { download } = await import('./download.ts');
    return download(this.own.config.requestHandler, location, signal);
  }

  /** Closes the connections that are kept open, after the requests in flight have ended. Nobody waits for the caller any more. */
  close(): void {
    this.closed.abort();
    this.own.config.requestHandler.close();
  }
}
